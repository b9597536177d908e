#pragma once

// Random expressions with time in them, of a wanted type, over the facts of World.

#include <random>
#include <string>

namespace cel_test {

class RandomExpression {
 public:
  explicit RandomExpression(std::mt19937_64& random) : random_(random) {}

  std::string boolean(int depth) {
    if (depth <= 0) {
      return pick({"call.answered", "situation.outage", "true", "false", "call.hold > seconds(3)",
                   "now > " + moment(), "call.holds > 1"});
    }
    switch (roll(19)) {
      case 0:
      case 1:
        return "(" + boolean(depth - 1) + " && " + boolean(depth - 1) + ")";
      case 2:
      case 3:
        return "(" + boolean(depth - 1) + " || " + boolean(depth - 1) + ")";
      case 4:
        return "!(" + boolean(depth - 1) + ")";
      case 5:
        return "(" + boolean(depth - 1) + " ? " + boolean(depth - 1) + " : " + boolean(depth - 1) +
               ")";
      case 6:
      case 7:
      case 8:
        return "(" + duration(depth - 1) + compare() + duration(depth - 1) + ")";
      case 9:
      case 10:
        return "(" + timestamp(depth - 1) + compare() + timestamp(depth - 1) + ")";
      case 11:
        return "(" + number(depth - 1) + compare() + number(depth - 1) + ")";
      case 12:
        return "(" + duration(depth - 1) + " in " + durations(depth - 1) + ")";
      case 13:
        return "customer.contacts." + quantifier() + "(c, " + of_contact(depth - 1) + ")";
      case 14:
        return durations(depth - 1) + "." + quantifier() + "(d, d" + compare() +
               duration(depth - 1) + ")";
      case 15:
        return "(" + durations(depth - 1) + " == " + durations(depth - 1) + ")";
      case 16:
        return "(" + number(depth - 1) + " / " + number(depth - 1) + " > 0)";  // may fail
      case 17:
        return "(optional.of(" + duration(depth - 1) + ")" +
               pick({".orValue(", ".optMap(o, o).orValue("}) + "duration('1s'))" + compare() +
               duration(depth - 1) + ")";
      default:
        return "cel.bind(b, " + duration(depth - 1) + ", b" + compare() + duration(depth - 1) + ")";
    }
  }

  std::string duration(int depth) {
    if (depth <= 0) return pick({"call.hold", "call.hold_total", "call.wait", length(), length()});
    switch (roll(8)) {
      case 0:
        return "(" + duration(depth - 1) + " + " + duration(depth - 1) + ")";
      case 1:
        return "(" + duration(depth - 1) + " - " + duration(depth - 1) + ")";
      case 2:
      case 3:
        return "(" + timestamp(depth - 1) + " - " + timestamp(depth - 1) + ")";
      case 4:
        return "(" + boolean(depth - 1) + " ? " + duration(depth - 1) + " : " +
               duration(depth - 1) + ")";
      case 5:
        return "-(" + duration(depth - 1) + ")";
      case 6:
        return durations(depth - 1) + "[" + pick({"0", "1", "2"}) + "]";
      default:
        return duration(0);
    }
  }

  std::string timestamp(int depth) {
    if (depth <= 0) return pick({"now", "now", "call.started_at", moment()});
    switch (roll(5)) {
      case 0:
        return "(" + timestamp(depth - 1) + " + " + duration(depth - 1) + ")";
      case 1:
        return "(" + timestamp(depth - 1) + " - " + duration(depth - 1) + ")";
      case 2:
        return "(" + boolean(depth - 1) + " ? " + timestamp(depth - 1) + " : " +
               timestamp(depth - 1) + ")";
      default:
        return timestamp(0);
    }
  }

  std::string number(int depth) {
    if (depth <= 0) return pick({"0", "1", "2", "3", "call.holds"});
    switch (roll(10)) {
      case 0:
        return duration(depth - 1) + part_of_duration();
      case 1:
        return timestamp(depth - 1) + part_of_timestamp();
      case 2:
        return "int(" + timestamp(depth - 1) + ") % 7";
      case 3:
        return "(" + number(depth - 1) + " + " + number(depth - 1) + ")";
      case 4:
        return "customer.contacts.filter(c, " + of_contact(depth - 1) + ").size()";
      case 5:
        return "contacts_within(" + duration(depth - 1) + ")";
      case 6:
        return "size(string(" + duration(depth - 1) + "))";
      case 7:
        return durations(depth - 1) + ".map(d, d" + part_of_duration() + ").size()";
      case 8:
        return "(" + boolean(depth - 1) + " ? " + number(depth - 1) + " : " + number(depth - 1) +
               ")";
      default:
        return number(0);
    }
  }

  std::string durations(int depth) {
    switch (depth <= 0 ? 0 : roll(4)) {
      case 0:
        return "[" + duration(0) + ", " + duration(0) + "]";
      case 1:
        return "[" + duration(depth - 1) + ", " + duration(depth - 1) + ", " + length() + "]";
      case 2:
        return "customer.contacts.map(c, now - c.at)";
      default:
        return durations(depth - 1) + ".filter(d, d" + compare() + duration(depth - 1) + ")";
    }
  }

 private:
  std::uint64_t roll(std::uint64_t sides) { return random_() % sides; }
  std::string pick(std::initializer_list<std::string> choices) {
    return *(choices.begin() + roll(choices.size()));
  }
  std::string compare() { return pick({" < ", " <= ", " > ", " >= ", " == ", " != "}); }
  std::string quantifier() { return pick({"exists", "all", "exists_one"}); }
  std::string of_contact(int depth) {
    return pick({"c.at > now - " + duration(0), "now - c.at" + compare() + duration(0),
                 "c.resolved", "c.at > now - " + duration(0) + " && !c.resolved",
                 "c.at" + compare() + timestamp(depth > 0 ? 1 : 0)});
  }
  std::string part_of_duration() {
    return pick({".getSeconds()", ".getMinutes()", ".getMilliseconds()", ".getHours()"});
  }
  std::string part_of_timestamp() {
    return pick({".getSeconds()", ".getMinutes()", ".getHours('America/Denver')",
                 ".getMilliseconds()", ".getDayOfWeek('Europe/Berlin')", ".getDate()",
                 ".getDayOfYear('Australia/Lord_Howe')"});
  }
  std::string length() {
    return pick({"duration('0s')", "seconds(1)", "seconds(3)", "minutes(1)", "duration('1.5s')",
                 "duration('2.000001s')", "duration('0.0000005s')", "-duration('4s')",
                 "duration('999999.999999999s')", "hours(1)", "days(1)"});
  }
  std::string moment() {
    return pick({"timestamp('2027-01-15T08:01:00Z')", "timestamp('2027-01-15T08:01:02.5Z')",
                 "timestamp('2027-01-15T08:00:59.999999999Z')",
                 "timestamp('2027-01-15T09:00:00.000001Z')", "timestamp('2027-03-28T01:00:00Z')"});
  }

  std::mt19937_64& random_;
};

}  // namespace cel_test
