#pragma once

// The program as people start it.

#include <filesystem>
#include <string>
#include <string_view>

namespace assist::commands {

namespace fs = std::filesystem;

struct Ran {
  std::string out, err;
  int status = -1;
};

/// Runs the program in the source directory; `environment`: "NAME=VALUE".
Ran run(const std::string& arguments, const std::string& environment = "");

/// A directory of this test alone.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const std::string& name, std::string_view text) const;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string slurp(const fs::path& file);
bool has(const std::string& text, std::string_view what);
std::string last_line(const std::string& text);

/// Of a call that is held, and of another one.
inline constexpr char kEvents[] =
    R"({"specversion":"1.0","id":"1","source":"/t","type":"call.answered","subject":"c1","time":"2026-01-05T10:00:00+02:00","data":{"agent":"ana"}}
{"specversion":"1.0","id":"2","source":"/t","type":"call.held","subject":"c1","time":"2026-01-05T10:00:10+02:00"}
{"specversion":"1.0","id":"3","source":"/t","type":"call.step","subject":"call-2","time":"2026-01-05T10:01:50+02:00","data":{"step":"greeting"}}
)";

}  // namespace assist::commands
