#include "server/static_files.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace assist::server {
namespace {

constexpr std::string_view kAssets = "/assets/";
constexpr std::string_view kSdk = "/sdk/agent-assist.js";

// Nothing from elsewhere, nothing inline.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

struct Type {
  std::string_view ending, name;
};
constexpr Type kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".map", "application/json"},
};

std::string_view type_of(std::string_view path) {
  for (const auto& [ending, name] : kTypes) {
    if (path.ends_with(ending)) return name;
  }
  return "application/octet-stream";
}

/// One plain name: no way out of the directory.
bool is_asset(std::string_view name) {
  return !name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

/// Below the directory of pages; "" for what is none of them.
std::string file_of(std::string_view path) {
  if (path == "/agent" || path == "/agent/") return "agent/index.html";
  if (path == kSdk) return std::string(kSdk.substr(1));
  if (path.starts_with(kAssets) && is_asset(path.substr(kAssets.size())))
    return std::string(path.substr(1));
  return {};
}

std::optional<std::string> read(const std::filesystem::path& path) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string etag_of(std::string_view body) {
  char text[24];
  std::snprintf(text, sizeof text, "\"%016llx\"",
                static_cast<unsigned long long>(XXH3_64bits(body.data(), body.size())));
  return text;
}

}  // namespace

bool StaticFiles::serves(std::string_view path) {
  return path == "/agent" || path == "/agent/" || path == kSdk || path.starts_with(kAssets);
}

Response StaticFiles::get(const Request& request) const {
  const auto file = file_of(request.path);
  auto body = file.empty() ? std::nullopt : read(dir_ / file);
  if (!body && request.path.starts_with(kAssets)) return problem(404, "there is no such file");
  if (!body) return problem(503, "the web pages are not built: `./dev build` builds them");
  Response response;
  const auto etag = etag_of(*body);
  const bool named_by_content = file.starts_with("assets/");
  response.headers = {
      {"ETag", etag},
      {"Cache-Control", named_by_content ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", kPolicy},
      {"Referrer-Policy", "no-referrer"}};
  if (request.header("If-None-Match") == etag) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  response.content_type = type_of(file);
  response.body = std::move(*body);
  return response;
}

}  // namespace assist::server
