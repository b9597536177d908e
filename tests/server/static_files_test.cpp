#include "server/static_files.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "../journal/temporary_dir.hpp"

using namespace assist::server;

namespace {
Response get(const StaticFiles& files, const std::string& path, const std::string& etag = "") {
  Request request;
  request.path = path;
  if (!etag.empty()) request.headers.emplace_back("If-None-Match", etag);
  return files.get(request);
}
std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}
}  // namespace

TEST_CASE("pages are served as they were built, and nothing else is", "[server]") {
  const assist::testing::TemporaryDir dir;
  for (const auto* sub : {"agent", "sdk", "assets"})
    std::filesystem::create_directory(dir.path() / sub);
  std::ofstream(dir.path() / "agent/index.html") << "<!doctype html>";
  std::ofstream(dir.path() / "sdk/agent-assist.js") << "export {}";
  std::ofstream(dir.path() / "assets/agent-1a2b.css") << "a{}";
  std::ofstream(dir.path() / "secret") << "secret";
  const StaticFiles files(dir.path());

  const auto page = get(files, "/agent");
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(header(page, "Cache-Control") == "no-cache");
  CHECK(header(page, "Content-Security-Policy").find("script-src 'self'") != std::string::npos);
  CHECK(get(files, "/agent", header(page, "ETag")).status == 304);
  CHECK(get(files, "/agent", "\"other\"").status == 200);

  const auto asset = get(files, "/assets/agent-1a2b.css");
  CHECK(asset.status == 200);
  CHECK(header(asset, "Cache-Control").find("immutable") != std::string::npos);
  CHECK(get(files, "/sdk/agent-assist.js").body == "export {}");

  for (const auto* path : {"/assets/none.css", "/assets/../secret", "/assets/%2e%2e/secret",
                           "/assets/.", "/assets/..", "/assets/", "/assets/a/b"}) {
    INFO(path);
    CHECK(get(files, path).status == 404);
  }
}

TEST_CASE("a page that is not built says how to build it", "[server]") {
  const assist::testing::TemporaryDir dir;
  const auto page = get(StaticFiles(dir.path()), "/agent");
  CHECK(page.status == 503);
  CHECK(page.body.find("./dev build") != std::string::npos);
}
