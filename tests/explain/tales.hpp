#pragma once

// Tales that several tests look at: see scene.hpp.

namespace assist::explain {

/// An outage that the areas of calls are in, or not.
inline constexpr char kOutage[] = R"(
0s incident.opened inc-1 {"kind":"outage","areas":["denver"],"summary":"Hurricane damage"}
)";

/// One in which most of what rules may ask for is there.
inline constexpr char kFits[] = R"(
0s incident.opened inc-1 {"kind":"outage"}
0s queue.updated billing {"waiting":30}
0s customer.updated alan {"products":["fiber","tv"]}
1s call.started c8 {"customer":"alan","topic":"moving"}
2s call.ended c8
3s call.started c9 {"customer":"alan","topic":"moving"}
4s call.ended c9
5s call.started c1 {"customer":"alan","queue":"billing","topic":"invoice","attributes":{"language":"de","vip":true,"delay":200,"tickets":3}}
6s call.answered c1 {"agent":"ana"}
7s call.sentiment c1 {"score":-0.5}
8s call.said c1 {"speaker":"customer","text":"Then I cancel."}
9s call.said c1 {"speaker":"agent","text":"I am sorry."}
10s call.held c1
20s call.resumed c1
30s call.held c1
180s time
)";

}  // namespace assist::explain
