#include "simulation/conversation.hpp"

#include <algorithm>

namespace assist::simulation {
namespace {

using namespace std::chrono_literals;
using Kind = Beat::Kind;

constexpr std::string_view kBilling[] = {"invoice", "payment", "refund", "late_fee"};
constexpr std::string_view kSupport[] = {"outage", "slow_line", "setup", "appointment"};
constexpr std::string_view kRetention[] = {"cancellation", "moving", "price"};
constexpr std::string_view kSales[] = {"upgrade", "new_line", "bundle"};
constexpr std::string_view kTech[] = {"router", "wifi", "tv_box", "voip"};

constexpr std::string_view kGreetings[] = {
    "Good day, thank you for calling, how can I help you?",
    "Hello, you are through to customer care, what can I do for you today?",
    "Thank you for waiting, I am here to help. What is it about?"};
constexpr std::string_view kVerifications[] = {
    "May I have your name and your customer number, please?",
    "Could you confirm the address that the contract is for?",
    "Before we start I need to check a few details with you."};
constexpr std::string_view kAnswers[] = {
    "Yes of course, the number is on the letter here, one moment.",
    "It is the house on the corner, we moved in two years ago.",
    "Sure, I have it all in front of me."};
constexpr std::string_view kProblems[] = {
    "The amount on my last invoice is higher than what we agreed on.",
    "My connection has been slow in the evenings for about a week now.",
    "The box keeps restarting since the update on Monday.",
    "I would like to know what a faster line would cost me.",
    "Nobody came to the appointment, and I took a day off for it.",
    "I paid this bill already, and I still got a reminder with a fee."};
constexpr std::string_view kOutageProblems[] = {
    "Our internet has been down since this morning, the whole street is out.",
    "There is no signal at all, and your page shows nothing about it.",
    "I work from home and I have been without a line for hours."};
constexpr std::string_view kRepeats[] = {
    "This is the third time I call about this, and nothing has happened.",
    "I was told on my last call that it would be fixed by now.",
    "I have explained all of this twice already to your colleagues."};
constexpr std::string_view kWaits[] = {"I have been waiting forever to get through to somebody.",
                                       "Do you know how long I was in that queue?"};
constexpr std::string_view kCancels[] = {
    "If this goes on like that I want to cancel my contract.",
    "I would like to cancel, please tell me what I have to do.",
    "Another company offers the same for less, I think I will cancel."};
constexpr std::string_view kAngers[] = {"That is not acceptable, I pay you every month for this.",
                                        "Can I speak to a supervisor, please? This leads nowhere.",
                                        "I am really disappointed in how this is being handled."};
constexpr std::string_view kHolds[] = {
    "May I put you on hold for a moment while I look into this?",
    "I am going to check this with a colleague, please stay on the line."};
constexpr std::string_view kReturns[] = {"Thank you for holding, I have the answer for you now.",
                                         "I am back, sorry that it took so long."};
constexpr std::string_view kSolutions[] = {
    "I have corrected it, you will see the change on the next invoice.",
    "I have booked a technician for you, and you will get a message to confirm it.",
    "I have restarted the line from here, could you try it once more?",
    "I have noted everything, and we will call you back tomorrow before noon."};
constexpr std::string_view kOffers[] = {
    "By the way, with our bundle you would have television for five more a month.",
    "You could switch to fiber at your address, shall I check what it costs?"};
constexpr std::string_view kThanks[] = {"Thank you so much, you have been very helpful.",
                                        "Great, that was quicker than I expected, thank you.",
                                        "Perfect, thanks a lot for your patience with me."};
constexpr std::string_view kShrugs[] = {"Fine, let us see whether it works this time.",
                                        "All right, then I will wait for the message.",
                                        "Okay. Goodbye."};
constexpr std::string_view kNotes[] = {
    R"({"plan":"max","contract_months":24})", R"({"plan":"home","paperless":true})",
    R"({"plan":"basic","open_tickets":2})", R"({"fee_waived":false,"balance":42.5})"};

/// Puts beats together, one after another.
class Planner {
 public:
  Planner(const Mood& mood, Random& random, std::vector<Beat>& out)
      : mood_(mood), random_(random), out_(out) {
    feeling_ = 25;
    if (mood.in_outage) feeling_ -= 45;
    if (mood.repeated) feeling_ -= 25;
    if (mood.waited > 4min) feeling_ -= 30;
    feeling_ -= 10 * mood.transfers;
    feeling_ += static_cast<int>(random.between(-25, 25));
  }

  void plan() {
    opening();
    problem();
    if (leaves_early()) return;
    if (random_.percent(34)) hold();
    if (feeling_ < -20 && random_.percent(60)) anger();
    if (random_.percent(mood_.in_outage ? 14 : 5)) hold();
    ending();
  }

 private:
  /// Written `add({talk(), ..., pick(...)})`: in braces the draws are made from left to right, as
  /// arguments in whatever order a compiler likes.
  void add(const Beat& beat) { out_.push_back(beat); }
  Duration moment() { return random_.length(1s, 4s); }
  Duration talk() { return random_.length(4s, 16s); }

  void opening() {
    add({moment(), Kind::step, "greeting"});
    add({moment(), Kind::agent, random_.pick(kGreetings)});
    if (mood_.waited > 3min) add({talk(), Kind::customer, random_.pick(kWaits)});
    add({talk(), Kind::step, "verify"});
    add({moment(), Kind::agent, random_.pick(kVerifications)});
    add({talk(), Kind::customer, random_.pick(kAnswers)});
    add({moment(), Kind::note, random_.pick(kNotes)});
  }

  void problem() {
    add({talk(), Kind::step, "discover"});
    add({talk(), Kind::customer,
         mood_.in_outage ? random_.pick(kOutageProblems) : random_.pick(kProblems)});
    if (mood_.repeated) add({talk(), Kind::customer, random_.pick(kRepeats)});
    sentiment();
    if (random_.percent(40)) add({moment(), Kind::topic, pick_topic(mood_.queue, random_)});
    const bool may_leave = mood_.queue == retention || feeling_ < -30;
    if (may_leave && random_.percent(55)) {
      add({talk(), Kind::customer, random_.pick(kCancels)});
      feeling_ -= 10;
      sentiment();
    }
  }

  /// To where it can be solved; less often where it was passed on before.
  bool leaves_early() {
    if (!random_.percent(mood_.transfers == 0 ? 12 : mood_.transfers == 1 ? 18 : 3)) return false;
    const auto queue =
        static_cast<int>((mood_.queue + 1 + random_.below(kQueueCount - 1)) % kQueueCount);
    hold();
    add({talk(), random_.percent(55) ? Kind::to_queue : Kind::to_agent, {}, queue});
    return true;
  }

  void hold() {
    add({talk(), Kind::agent, random_.pick(kHolds)});
    add({moment(), Kind::hold, {}});
    const bool is_long = random_.percent(mood_.in_outage ? 35 : 18);
    const Duration length = is_long ? random_.length(121s, 330s) : 10s + random_.exponential(35s);
    add({length, Kind::resume, {}});
    add({moment(), Kind::agent, random_.pick(kReturns)});
    if (is_long) {
      feeling_ -= 20;
      sentiment();
    }
  }

  void anger() {
    add({talk(), Kind::customer, random_.pick(kAngers)});
    feeling_ -= 15;
    sentiment();
  }

  void ending() {
    const bool resolved = random_.percent(mood_.in_outage ? 40 : mood_.repeated ? 65 : 80);
    add({talk(), Kind::step, "resolve"});
    add({talk(), Kind::agent, random_.pick(kSolutions)});
    feeling_ += resolved ? 45 : -10;
    sentiment();
    if (resolved && random_.percent(75)) add({moment(), Kind::resolved});
    if (random_.percent(45)) {
      add({moment(), Kind::step, "cross_sell"});
      add({moment(), Kind::agent, random_.pick(kOffers)});
    }
    if (random_.percent(50)) add({talk(), Kind::step, "survey"});
    add({talk(), Kind::step, "goodbye"});
    add({moment(), Kind::customer, feeling_ > 0 ? random_.pick(kThanks) : random_.pick(kShrugs)});
    // Goodbyes and wrap-up: nothing is told of a call in the seconds before its end.
    add({random_.length(11s, 15s), Kind::end, {}, resolved ? 1 : 0});
  }

  void sentiment() {
    const int score = feeling_ + static_cast<int>(random_.between(-12, 12));
    add({moment(), Kind::sentiment, {}, std::clamp(score, -100, 100)});
  }

  const Mood& mood_;
  Random& random_;
  std::vector<Beat>& out_;
  int feeling_;
};

}  // namespace

std::string_view pick_topic(Queue queue, Random& random) {
  switch (queue) {
    case billing:
      return random.pick(kBilling);
    case support:
      return random.pick(kSupport);
    case retention:
      return random.pick(kRetention);
    case sales:
      return random.pick(kSales);
    case tech:
      return random.pick(kTech);
  }
  return {};
}

void plan_conversation(const Mood& mood, Random& random, std::vector<Beat>& out) {
  out.clear();
  Planner(mood, random, out).plan();
}

}  // namespace assist::simulation
