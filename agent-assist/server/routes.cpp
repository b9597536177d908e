#include "server/routes.hpp"

#include <algorithm>
#include <charconv>

#include "events/text.hpp"
#include "events/write.hpp"
#include "server/agent_session.hpp"
#include "server/platform_session.hpp"

namespace assist::server {
namespace {

constexpr std::string_view kProtocol = "agent-assist.v1";
constexpr std::string_view kCloudEvents = "cloudevents.json";
constexpr std::size_t kAgentBytesMax = 256;
constexpr std::size_t kPageMax = 1000;

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Calls `take` with each subprotocol that a client offers, in its order; true from it ends.
template <class F>
bool any_offered(const Request& request, const F& take) {
  for (const auto& [name, value] : request.headers) {
    if (!equal_no_case(name, "Sec-WebSocket-Protocol")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      if (take(trim(rest.substr(0, comma)))) return true;
      rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    }
  }
  return false;
}

/// The first offered one that is known, or "".
std::string choose(const Request& request, std::initializer_list<std::string_view> known) {
  std::string chosen;
  any_offered(request, [&](std::string_view offered) {
    if (std::find(known.begin(), known.end(), offered) == known.end()) return false;
    chosen = offered;
    return true;
  });
  return chosen;
}

bool is_agent_id(const std::string& id) {
  return !id.empty() && id.size() <= kAgentBytesMax && events::is_utf8(id) &&
         events::is_attribute_text(id);
}

template <class Number>
bool number(const Request& request, std::string_view name, Number& out) {
  if (request.query.find(std::string(name) + '=') == std::string::npos) return true;
  const auto text = request.parameter(name).value_or("");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

void append_rejected(std::string& out, const journal::Rejected& rejected) {
  out += R"({"id":)" + std::to_string(rejected.number) + R"(,"at":")";
  events::append_rfc3339(out, rejected.at);
  out += R"(","event":)";
  if (rejected.id) {
    events::append_json_string(out, *rejected.id);
  } else {
    out += "null";
  }
  for (const auto& [name, value] :
       {std::pair<std::string_view, std::string_view>{"code", rejected.code},
        {"detail", rejected.detail},
        {"pointer", rejected.pointer},
        {"raw", rejected.raw}}) {
    out += ",\"";
    out += name;
    out += "\":";
    events::append_json_string(out, value);
  }
  out += '}';
}

Response method_not_allowed(const char* allow) {
  auto response = problem(405, std::string("only ") + allow + " is possible here");
  response.headers.emplace_back("Allow", allow);
  return response;
}

Response upgrade_required() {
  auto response = problem(426, "this is a WebSocket");
  response.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
  return response;
}

std::size_t count(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      request.headers, [&](const auto& header) { return equal_no_case(header.first, name); }));
}

/// What RFC 6455, 4.2.1, asks of a client beyond the upgrade itself.
std::optional<Response> bad_handshake(const Request& request) {
  if (request.method != "GET") return problem(400, "a WebSocket begins with GET");
  if (request.header("Sec-WebSocket-Version") != "13") {
    auto response = problem(426, "Sec-WebSocket-Version must be 13");
    response.headers = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}};
    return response;
  }
  const auto key = request.header("Sec-WebSocket-Key");
  if (key.size() != 24 || !key.ends_with("=="))
    return problem(400, "Sec-WebSocket-Key must be 16 bytes in Base64");
  return std::nullopt;
}

Response text(std::string body, std::string type) {
  Response response;
  response.content_type = std::move(type);
  response.body = std::move(body);
  return response;
}

}  // namespace

bool Routes::is_allowed(std::string_view origin) const {
  return std::ranges::any_of(parts_.settings.allowed_origins, [&](const std::string& allowed) {
    return equal_no_case(allowed, origin);
  });
}

/// Lets a page of an allowed origin read the answer: browsers load no module (our SDK is one) from
/// another origin without.
Respond Routes::shared(const Request& request, Respond respond) const {
  const std::string origin(request.header("Origin"));
  if (!is_allowed(origin)) return respond;
  return [origin, respond = std::move(respond)](Response response) {
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Vary", "Origin");
    respond(std::move(response));
  };
}

std::optional<Response> Routes::foreign(const Request& request) const {
  if (count(request, "Host") > 1) return problem(400, "there is more than one Host header");
  const auto host = request.header("Host");
  if (!host.empty() && !own_.is_own_host(host))
    return problem(403, "the Host header names another service");
  // Of several, none can be believed.
  const auto origins = count(request, "Origin");
  const auto origin = request.header("Origin");
  if (origins > 1 || (origins == 1 && !own_.is_own_origin(origin) && !is_allowed(origin)))
    return problem(403, "pages of another origin may not use this service");
  return std::nullopt;
}

void Routes::request(const Request& request, Respond respond) {
  if (auto refusal = foreign(request)) return respond(std::move(*refusal));
  respond = shared(request, std::move(respond));
  if (request.path == "/v1/events") {
    if (request.method == "POST") return parts_.http_events.post(request, std::move(respond));
    return respond(request.method == "GET" ? upgrade_required() : method_not_allowed("GET, POST"));
  }
  respond(get(request));
}

Response Routes::get(const Request& request) {
  const auto& path = request.path;
  const bool known = path == "/" || path == "/healthz" || path == "/readyz" || path == "/metrics" ||
                     path == "/v1/rejected" || path == "/v1/agent" || StaticFiles::serves(path);
  if (!known) return problem(404, "there is nothing here");
  if (request.method != "GET" && request.method != "HEAD") return method_not_allowed("GET, HEAD");
  if (path == "/") {
    auto response = text("", "");
    response.status = 302;
    response.headers = {{"Location", "/agent"}};
    return response;
  }
  if (path == "/healthz") return text(R"({"status":"alive"})", "application/json");
  if (path == "/readyz") return parts_.status.ready();
  if (path == "/metrics") return text(parts_.metrics(), "text/plain; version=0.0.4");
  if (path == "/v1/rejected") return rejected(request);
  if (path == "/v1/agent") return upgrade_required();
  return files_.get(request);
}

Response Routes::rejected(const Request& request) {
  std::uint64_t after = 0;
  std::size_t limit = 100;
  if (!number(request, "after", after) || !number(request, "limit", limit) || limit == 0)
    return problem(400, "limit and after are whole numbers, limit at least 1");
  const auto found = parts_.journal.rejected(after, std::min(limit, kPageMax));
  if (!found) return problem(503, found.error().text);
  std::string out = R"({"rejected":[)";
  for (const auto& one : *found) {
    append_rejected(out, one);
    out += ',';
  }
  if (!found->empty()) out.pop_back();
  out += R"(],"next":)";
  out += found->empty() ? "null" : std::to_string(found->back().number);
  return text(out + '}', "application/json");
}

Application::Upgrade Routes::upgrade(const Request& request) {
  if (auto refusal = foreign(request)) return {nullptr, {}, std::move(*refusal)};
  const bool events = request.path == "/v1/events";
  if (!events && request.path != "/v1/agent")
    return {nullptr, {}, problem(404, "there is no WebSocket here")};
  if (auto refusal = bad_handshake(request)) return {nullptr, {}, std::move(*refusal)};
  return events ? platform(request) : agent(request);
}

Application::Upgrade Routes::platform(const Request& request) {
  auto protocol = choose(request, {kProtocol, kCloudEvents});
  const bool answers = protocol != kCloudEvents;
  return {std::make_shared<PlatformSession>(parts_.intake, answers,
                                            parts_.settings.sender_bytes_under_way_max),
          std::move(protocol),
          {}};
}

Application::Upgrade Routes::agent(const Request& request) {
  const auto id = request.parameter("agent");
  if (!id || !is_agent_id(*id))
    return {nullptr, {}, problem(400, "say who you are: /v1/agent?agent=ID")};
  auto place = parts_.screens.reserve(*id);
  if (!place) {
    return {nullptr,
            {},
            problem(429, "this agent has " +
                             std::to_string(parts_.settings.connections_per_subject_max) +
                             " screens open already: close one")};
  }
  auto session =
      std::make_shared<AgentSession>(parts_.screens, std::move(place), *id, parts_.settings);
  return {std::move(session), choose(request, {kProtocol}), {}};
}

}  // namespace assist::server
