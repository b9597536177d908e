#include <string>

#include "golden_row.hpp"
#include "tales.hpp"

namespace assist::explain {

TEST_CASE("each rule that ships is explained, when it holds and when not", "[explain]") {
  const std::string outage = std::string(kOutage) + R"(
10s call.started c1 {"customer":"alan","area":"denver","queue":"billing","topic":"cancellation"}
30s call.answered c1 {"agent":"ana"}
100s time
)";
  const std::string elsewhere = std::string(kOutage) + R"(
10s call.started c1 {"customer":"alan","area":"boulder","queue":"billing"}
30s call.answered c1 {"agent":"ana"}
60s time
)";
  const std::string third = R"(
0s call.started c8 {"customer":"alan","queue":"billing"}
10s call.ended c8
20s call.started c9 {"customer":"alan","queue":"billing"}
30s call.ended c9
60s call.started c1 {"customer":"alan","queue":"billing","topic":"invoice"}
70s call.answered c1 {"agent":"ana"}
80s time
)";
  const GoldenRow rows[] = {
      {"outage_holds", "outage", {"", outage}},
      {"outage_does_not_hold", "outage", {"", elsewhere}},
      {"goodwill_holds", "goodwill", {"", outage}},
      {"goodwill_does_not_hold", "goodwill", {"", elsewhere}},
      {"winback_is_barred", "winback", {"", outage}},
      {"winback_does_not_hold", "winback", {"", elsewhere}},
      {"winback_holds", "winback", {"", R"(
0s call.answered c1 {"agent":"ana"}
5s call.said c1 {"speaker":"customer","text":"I really want to CANCEL everything, now"}
)"}},
      {"long_hold_holds",
       "long_hold",
       {"", "0s call.answered c1 {\"agent\":\"ana\"}\n10s call.held c1\n150s time\n"}},
      {"long_hold_does_not_hold",
       "long_hold",
       {"", "0s call.answered c1 {\"agent\":\"ana\"}\n10s call.held c1\n110s time\n"}},
      {"long_wait_holds", "long_wait", {"", R"(
0s queue.updated billing {"waiting":30}
0s call.started c1 {"queue":"billing"}
180s call.answered c1 {"agent":"ana"}
200s time
)"}},
      {"long_wait_does_not_hold", "long_wait", {"", elsewhere}},
      {"repeat_contact_holds", "repeat_contact", {"", third}},
      {"repeat_contact_does_not_hold", "repeat_contact", {"", elsewhere}},
      {"thank_you_holds", "thank_you", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.sentiment c1 {"score":0.8}
20s call.updated c1 {"resolved":true}
25s time
)"}},
      {"thank_you_does_not_hold", "thank_you", {"", elsewhere}},
      {"transferred_again_holds", "transferred_again", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.transferred c1 {"agent":"ben"}
20s call.transferred c1 {"agent":"cem"}
)"}},
      {"transferred_again_does_not_hold", "transferred_again", {"", elsewhere}},
      {"upset_customer_holds", "upset_customer", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.sentiment c1 {"score":-0.4}
20s call.sentiment c1 {"score":-0.7}
)"}},
      {"upset_customer_keeps", "upset_customer", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.sentiment c1 {"score":-0.4}
20s call.sentiment c1 {"score":-0.7}
30s call.sentiment c1 {"score":0.7}
)"}},
      {"upset_customer_does_not_hold", "upset_customer", {"", elsewhere}},
      {"all_that_ship", "", {"", outage}},
  };
  for (const GoldenRow& row : rows) check(row);
}

}  // namespace assist::explain
