# What a rehearsal says of itself, at the terminal and on the page that can be sent around.

rehearsal-title = Rehearsal of { $campaign }
rehearsal-about = { $prospects } made-up prospects, { $days } days from { $start }, lived through by the real engine in virtual time.
rehearsal-made = Seed { $seed }: the same seed gives the same rehearsal.
rehearsal-not-real = Nobody here is real. The figures say how this flow works if people behave as assumed at the end of this page; they forecast no sales.

rehearsal-kept = Every rule was kept
rehearsal-broken = { $n ->
    [one] One rule was broken
   *[other] { $n } times a rule was broken
 }
rehearsal-rules = Watched at every step: one question at a time, quiet hours, how often somebody is written to, silence after a stop and after a purchase, each code and offer once, limits and budgets, and that every conversation ends.
rehearsal-rules-question = Did it behave?

rehearsal-people = People
rehearsal-funnel = Step by step
rehearsal-funnel-heads-step = Question
rehearsal-reached = Reached
rehearsal-answered = Answered
rehearsal-left = Left
rehearsal-share = Share
rehearsal-enrolled = Enrolled
rehearsal-bought = Bought
rehearsal-silent = Said nothing
rehearsal-still-open = Still open
rehearsal-outcomes = How conversations ended
rehearsal-outcome = Outcome
rehearsal-number = People
rehearsal-messages = Messages
rehearsal-messages-line = { $sent } messages in chat and mail: { $mean } for each person reached, { $p95 } at most for 95 in 100 of them, { $most } at most for anybody.
rehearsal-hours = By local hour
rehearsal-hours-note = The hour where the prospect lives. Answers to what somebody just did go out at any hour; what nobody asked for keeps the quiet hours, by the shop's own clock where it does not know theirs.
rehearsal-hour = Hour
rehearsal-all = All
rehearsal-unasked = Unasked for
rehearsal-quiet-kept = Quiet hours were kept.
rehearsal-quiet-broken = Quiet hours were not kept.
rehearsal-barriers = What they said holds them back
rehearsal-offers = Offers
rehearsal-offer = Offer
rehearsal-given = Given
rehearsal-used = Used
rehearsal-codes = Codes to have
rehearsal-cost = Cost
rehearsal-limit = Limit
rehearsal-ran-out = { $offer } ran out.
rehearsal-no-offers = No offer was given.
rehearsal-cost-line = Messages and the offers that were used cost { $total }; another crowd like this one costs between { $low } and { $high }. If every offer were used: { $most }.
rehearsal-cost-how = The interval: { $source }.
rehearsal-staff = Work for staff
rehearsal-staff-line = { $calls ->
    [one] One person
   *[other] { $calls } people
 } wanted somebody of the shop, by week: { $weeks }. At most { $open } were waiting or being talked to at once.
rehearsal-language = By language
rehearsal-channel = By channel
rehearsal-sent = Messages
rehearsal-assumed = What was assumed
rehearsal-assumed-note = Shares of 100 and medians. Where the research the house was built on has a figure, it is taken from there; the others are our guesses.
rehearsal-assumed-answers = Answer the first message { $first }, the next when silent so far { $second }, later ones { $third }; having answered once, go on { $on }.
rehearsal-assumed-delay = First answers take { $chat } minutes in the chat and { $mail } in mail, by day; { $late } come back after days.
rehearsal-assumed-ways = Reached in Telegram { $chats }; never agreed { $no }; dead mail addresses { $bounces }; block the bot at a message { $blocks }.
rehearsal-assumed-buying = Buy whatever is done { $anyway }; after an offer that fits { $fits }, after another { $other }.
rehearsal-broken-heads-what = What happened
rehearsal-prospect = Prospect
rehearsal-rule = Rule
rehearsal-again = See it again: { $command }
