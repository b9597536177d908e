#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/engine.hpp"

namespace assist::story {

/// Rules of one file; fails the test, with all errors, where they are wrong.
std::shared_ptr<const rules::RuleSet> rules_of(std::string_view yaml);

struct Setting {
  std::string_view rules;                                      // YAML
  std::map<std::string_view, std::string_view> other_rules{};  // for `reload NAME`
  std::string_view start = "2026-01-05T12:00:00Z";             // a Monday
  engine::Options options{};
  bool texts = false;  // print headlines of what is raised and withdrawn too
  bool model = true;   // let the naive model judge as well (it knows no time zone but UTC)
};

/// Plays a story and gives it back with what was decided. Lines that begin with a moment and a dot
/// tell what happens, the others are decisions. Moments are seconds since the start.
///
///     0s. call.started c1 {"customer":"alan"}
///     10s. call.answered c1 {"agent":"ana"}
///     20s. call.held c1
///     25s. call.updated c1 time=15s {"topic":"bill"}     # the event's own time
///     140s. time passes
///     140s: raised long_hold c1 ana
///     141s. used long_hold c1                            # or: dismissed
///     141s: withdrawn long_hold c1 ana, used
///     150s. reload later
///
/// A moment between seconds is `140s+1us`. Of what is changed the texts are told:
/// `20s: changed r c1 ana "headline" "say" "because"` (null where there is none).
///
/// What is given as `tale` with its decision lines must come back as it is: the macro below says
/// so.
std::string play(const Setting& setting, std::string_view tale);

/// The lines of a tale without indentation and comments.
std::string plain(std::string_view tale);

}  // namespace assist::story

#define CHECK_STORY(setting, tale) \
  CHECK(::assist::story::play(setting, tale) == ::assist::story::plain(tale))
