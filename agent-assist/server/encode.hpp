#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "engine/engine.hpp"

namespace assist::server {

/// Writes what screens are sent, as JSON (contract, section 3). All append to `out`.

using Suggestions = std::vector<engine::Standing>;

/// S of the contract.
void append_suggestion(std::string& out, const engine::Standing& suggestion);

/// The members of a CALL that stand still between events, `suggestions` not among them, without
/// braces. Equal texts: a screen need not be told anew.
void append_call_head(std::string& out, const engine::CallView& call, const Suggestions& standing,
                      const std::vector<config::Step>& script);

/// CALL of the contract, with `standing` for its suggestions.
void append_call(std::string& out, const engine::CallView& call, const Suggestions& standing,
                 const std::vector<config::Step>& script);

/// `"name":"text"`, or `"name":null` where the text is empty.
void append_text_or_null(std::string& out, std::string_view name, std::string_view text);

}  // namespace assist::server
