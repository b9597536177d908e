#include "base/excerpt.hpp"

#include <catch2/catch.hpp>

namespace assist {

TEST_CASE("the caret stands below its column, whatever the line holds", "[base]") {
  CHECK(excerpt("abc", 1) == "abc\n^\n");
  CHECK(excerpt("abc", 4) == "abc\n   ^\n");
  CHECK(excerpt("abc", 0) == "abc\n^\n");
  CHECK(excerpt("", 3) == "\n  ^\n");
  CHECK(excerpt("\ta\xC3\xA4z", 4) == "\ta\xC3\xA4z\n\t  ^\n");
  CHECK(excerpt("a\x1b[z", 3) == "a\\x1b[z\n     ^\n");
}

TEST_CASE("of a long line what is about the column is shown", "[base]") {
  const std::string line = std::string(300, 'a') + "b" + std::string(300, 'c');
  CHECK(excerpt(line, 1) == std::string(160, 'a') + "...\n^\n");
  CHECK(excerpt(line, 301) == "..." + std::string(100, 'a') + "b" + std::string(59, 'c') + "...\n" +
                                  std::string(103, ' ') + "^\n");
  CHECK(excerpt(line, 602) == "..." + std::string(100, 'c') + "\n" + std::string(103, ' ') + "^\n");
}

TEST_CASE("what a terminal would obey, and what is no text, is escaped", "[base]") {
  CHECK(printable("plain, \xC3\xA4, \xE2\x82\xAC and \xF0\x9F\x98\x80") ==
        "plain, \xC3\xA4, \xE2\x82\xAC and \xF0\x9F\x98\x80");
  CHECK(printable("\x1b]0;\x07\x7f\r\n") == "\\x1b]0;\\x07\\x7f\\x0d\\x0a");
  CHECK(printable("\xC2\x9b\xff\xC3") == "\\xc2\\x9b\\xff\\xc3");
  CHECK(printable(std::string_view("\0a", 2)) == "\\x00a");
}

TEST_CASE("a column counts characters", "[base]") {
  CHECK(column_of("abc", 0) == 1);
  CHECK(column_of("\xC3\xA4\xE2\x82\xAC"
                  "b",
                  5) == 3);
  CHECK(column_of("abc", 99) == 4);
}

}  // namespace assist
