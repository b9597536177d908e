#include "events/text.hpp"

#include <catch2/catch.hpp>

namespace assist::events {

TEST_CASE("UTF-8 is told from what is not", "[events]") {
  for (const auto* good : {"", "a", "é", "€", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"})
    CHECK(is_utf8(good));
  for (const auto* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF0\x80\x80\x80", "\xE2\x82", "\xFF", "a\xC3z"})
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("a text is cut between code points", "[events]") {
  CHECK(cut_utf8("a€b", 5) == "a€b");
  CHECK(cut_utf8("a€b", 4) == "a€");
  CHECK(cut_utf8("a€b", 3) == "a");
  CHECK(cut_utf8("€", 2) == "");
  CHECK(cut_utf8("€", 0) == "");
}

TEST_CASE("media types are taken apart", "[events]") {
  struct Row {
    std::string_view text;
    bool media, json;
  };
  static const Row rows[] = {
      {"application/json", true, true},
      {"Application/JSON ; charset=utf-8", true, true},
      {"application/vnd.x+json", true, true},
      {"text/json;a=\"x;y\"", true, true},
      {"application/xml", true, false},
      {"application/jsonx", true, false},
      {"application/x+jsonp", true, false},
      {"json", false, false},
      {"", false, false},
      {"/json", false, false},
      {"a/", false, false},
      {"a b/json", false, false},
      {"a/json; x", false, false},
  };
  for (const auto& [text, media, json] : rows) {
    INFO(text);
    const auto parsed = parse_media_type(text);
    CHECK(parsed.has_value() == media);
    CHECK((parsed && is_json(*parsed)) == json);
  }
  CHECK(parse_media_type("a/b; Charset=\"UTF-8\"")->charset == "UTF-8");
}

TEST_CASE("base64 is decoded, and nothing but base64", "[events]") {
  struct Row {
    std::string_view text, bytes;
    bool good;
  };
  static const Row rows[] = {
      {"", "", true},          {"Zg==", "f", true},        {"Zm8=", "fo", true},
      {"Zm9v", "foo", true},   {"Zm9vYg==", "foob", true}, {"Zg", "", false},
      {"Zg=", "", false},      {"Z===", "", false},        {"====", "", false},
      {"Zg==Zg==", "", false}, {"Zm 9", "", false},        {"Zm9-", "", false},
      {"Z=9v", "", false},
  };
  for (const auto& [text, bytes, good] : rows) {
    INFO(text);
    std::string out(base64_bytes_max(text.size()), '\0');
    const auto size = decode_base64(text, out.data());
    REQUIRE(size.has_value() == good);
    if (size) CHECK(out.substr(0, *size) == bytes);
  }
}

TEST_CASE("URI references", "[events]") {
  for (const auto* good : {"/a", "a/b", "?q", "#f", ".", "//h/p", "mailto:a@b", "urn:x:y",
                           "1-555-123", "a%20b", "http://[::1]:80/x"})
    CHECK(is_uri_reference(good));
  for (const auto* bad : {"", "a b", "/a%zz", "/é", "1a:b", "/a[b", "<x>", "http://[::1/x", "\\"})
    CHECK_FALSE(is_uri_reference(bad));
  CHECK(is_uri("https://example.com/x#y"));
  CHECK_FALSE(is_uri("/schemas/x"));
}

TEST_CASE("JSON pointers are escaped", "[events]") {
  std::string pointer = "/data";
  append_pointer(pointer, "a/b~c");
  CHECK(pointer == "/data/a~1b~0c");
}

}  // namespace assist::events
