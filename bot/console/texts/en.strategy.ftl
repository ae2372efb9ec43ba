# The strategy: which offers go to whom

console-nav-strategy = Strategy

strategy-line = Who is offered what, in which order, and what may never be given. Nothing here is sent before somebody lets it go live.
strategy-campaign = Campaign
strategy-none = No strategy is live. Offers are made in the catalogue’s own order, which the table shows.
strategy-live = Version { $version } is live
strategy-live-by = Approved by
strategy-draft = Start a draft from this
strategy-draft-line = A draft is a copy to work on. It changes nothing until it is approved.
strategy-retire-live = Stop using it
strategy-retire-live-confirm = Stop using version { $version }? From then on offers are made in the catalogue’s own order, and no budget or guard of this strategy holds.
strategy-retire-two = Two people decide here: to stop using it, let another version go live. To stop at once, pause the campaign.
strategy-matrix = Offers by barrier and segment
strategy-matrix-line = read from the left: the first column that fits the person counts
strategy-no-row = no offer
strategy-versions = Versions
strategy-versions-none = No version yet. Start a draft, or keep the catalogue’s order.
strategy-version = Version
strategy-state = State
strategy-state-draft = Draft
strategy-state-submitted = Waits for approval
strategy-state-live = Live
strategy-state-retired = Retired
strategy-made = Made
strategy-submitted = Submitted
strategy-approved = Approved
strategy-note = What changes, and why
strategy-open-draft = Version { $version } is open
strategy-open-submitted = Version { $version } waits for approval

segment-any = Everybody
segment-b2b = Companies
segment-returning = Bought before
segment-new_high = New, large cart
segment-new_other = New, other

strategy-budget = Budget
strategy-budget-none = No budget for the campaign as a whole. The limits of each offer hold all the same.
strategy-budget-spent = Used codes
strategy-budget-live = Valid, or until a day ago
strategy-budget-left = Left for today
strategy-budget-left-note = { $days ->
    [one] one day left
   *[other] { $days } days left
  }
strategy-budget-strict = strict: cannot be exceeded
strategy-budget-expected = expected: may be exceeded
strategy-budget-per-campaign = for the whole campaign
strategy-budget-per-month = per month
strategy-budget-per-week = per week
strategy-price = Offers that cost money count { $percent } % dearer today, so that the budget lasts.

strategy-learning = Learning
strategy-learning-off = Off. Offers are made in the order of the row.
strategy-learning-on = On. Each night the shares of the day are drawn from what worked so far, and frozen.
strategy-learning-honest = Below about 3,000 people, learning does not beat a sensible order of offers on average; it only narrows the bad luck. People count when their time to buy is over, so it needs weeks.
strategy-learning-waits = No shares for today yet: no purchase or price is known to weigh offers by. Until then the order of the row holds.
strategy-shares = Shares of today
strategy-shares-line = made from closed windows on

strategy-control = Control groups
strategy-control-line = Without people who get nothing, nobody can say what offers brought.
strategy-control-none = Nobody is kept apart, so no effect can be measured.
strategy-control-never = Never written to
strategy-control-offer = Asked, given no offer
strategy-control-start = Start measuring
strategy-control-start-line = Makes a draft with the groups we recommend: 10% are never written to, 20% are asked and get no offer (10% are enough after 5,000 people). People keep their group; it is drawn by lot.

strategy-version-title = Strategy, version { $version }
strategy-back = All versions
strategy-save = Save
strategy-submit = Save and submit
strategy-approve = Approve: it goes live now
strategy-approve-confirm = Let version { $version } go live? Every offer from now on follows it.
strategy-approve-own = You submitted it, and this shop wants two people. Somebody else has to approve it.
strategy-reopen = Take back to work on it
strategy-discard = Put away
strategy-discard-confirm = Put version { $version } away? It can still be looked at.
strategy-wrong = This could not be done
strategy-fields-wrong = Some fields need another look. Nothing is lost.

strategy-found = Checked
strategy-found-none = Nothing is wrong with it.
strategy-found-line = errors keep it from going live
strategy-error = Error
strategy-warning = Note

strategy-live-wrong = Something it names has changed since it went live
strategy-changed = What changes against what holds now
strategy-changed-none = Nothing: it says the same as what holds now.
strategy-changed-part = Part
strategy-changed-before = Now
strategy-changed-after = With this version

strategy-try = What would it have done last month?
strategy-try-line = Goes through the last 30 days once more: everybody as they were known when they said what holds them back, with all guards and a strict budget that starts untouched. It cannot know who would have bought, so it promises nothing about that.
strategy-try-today = As it is today, because it is not kept how it was: tags, attributes that nobody declared, addresses, your usual cart, the rules of scores and segments. Stocks of codes do not count.
strategy-try-lost = { $n ->
    [one] For one of them, something that counts was said anew since, and what it was before is not kept: here it counts as not known.
   *[other] For { NUMBER($n) } of them, something that counts was said anew since, and what it was before is not kept: here it counts as not known.
  }
strategy-try-newest = The newest { NUMBER($n) } of { NUMBER($of) } are looked at.
strategy-try-do = Try it on the last 30 days
strategy-try-busy = Going through the last 30 days; in a busy shop that takes some seconds …
strategy-try-none = Nobody could have been made an offer in the last 30 days, so there is nothing to compare with yet.
strategy-try-people = offers could be made
strategy-try-different = would have got something else
strategy-try-without = would have got nothing
strategy-try-without-before = in fact: { $n }
strategy-try-cost = most it could have cost
strategy-try-cost-before = given in fact: { $amount }
strategy-try-offer = Offer
strategy-try-given = Given
strategy-try-worth = Worth
strategy-try-would = Would give
strategy-try-would-worth = Worth at most
strategy-try-refused = Why an offer was passed over
strategy-try-unsaved = It looks at the version as it was saved.

strategy-rows = Who gets what
strategy-rows-line = For each barrier, whoever is in the segment gets the first of the offers that can be given. Rows for everybody come last by themselves. To take a row out, clear its offers.
strategy-segment = Segment
strategy-first = First
strategy-then = then
strategy-nothing = –
strategy-offer-of = { $barrier }, row { $row }, offer { $place }
strategy-segment-of = { $barrier }, row { $row }, segment
strategy-barrier-none = No offer in the catalogue removes it.

strategy-guards = Guards
strategy-guards-line = What no order and no learning can override. Help that costs nothing may always be given.
strategy-money-for = A discount may be given for
strategy-money-for-line = Price, and what you add. Nobody else ever gets one.
strategy-max-discount = Largest discount, in percent
strategy-margin = Left of the price after the goods are paid, in percent
strategy-margin-hint = Your usual margin. It never leaves this page.
strategy-min-margin = Must be left after the offer, too, in percent
strategy-margins = Other margins, by product
strategy-margins-hint = One on each line: product id, a space, percent
strategy-countries = Countries for offers that cost money
strategy-countries-hint = Two letters each, such as HU, CZ. Empty: all
strategy-cooldown = Days between two offers that cost money
strategy-one-live = Only one offer that costs money at a time

strategy-amount = Amount, in { $currency }
strategy-amount-hint = Empty: no budget for the campaign as a whole
strategy-per = For
strategy-mode = Codes that are still valid
strategy-mode-strict = count in full: the budget cannot be exceeded
strategy-mode-expected = count as they are usually used: more is spent, and it may be exceeded
strategy-days = A campaign’s budget is to last, in days
strategy-learning-check = Let offers of a row learn from what people bought
strategy-expert = For experts: how much is borrowed
strategy-k1 = A new offer starts as if so many people had bought at the barrier’s usual rate
strategy-k2 = An offer in one segment starts as if so many had bought at its usual rate
strategy-floor = Least share of every offer, in percent
strategy-never = Never written to, in percent
strategy-no-offer = Asked, given no offer, in percent
strategy-control-hint = Empty: as the campaign’s own file says
strategy-two-person = Who approves must be somebody else than who submitted
strategy-guard-max = at most { $percent } % discount
strategy-guard-margin = margin { $percent } %
strategy-guard-min = at least { $percent } % must be left
strategy-guard-countries = countries: { $countries }
strategy-guard-cooldown = { $days } days between two offers
strategy-guard-one = one offer at a time
strategy-guard-money = discounts for
strategy-guard-two = two people decide

offers-solved = Barrier gone
offers-bought = Bought afterwards
offers-cost = Cost so far
offers-live = and up to { $amount } more
offers-who = Who gets what
offers-evidence = Do they help?
offers-honest = Who bought afterwards might have bought anyway. Whether offers help is told by comparing with people who got none.

refusal-does_not_remove = does not remove the barrier
refusal-discount_not_for_barrier = a discount is not for this barrier
refusal-discount_too_high = the discount is too high
refusal-margin_unknown = price or margin is not known
refusal-margin_too_low = too little would be left
refusal-country_unknown = the country is not known
refusal-country_not_served = not in this country
refusal-cooling_down = too soon after the last offer
refusal-has_live_offer = has an offer that is still valid
refusal-budget = the budget does not allow it
refusal-given_before = was given it before
refusal-out_of_stock = none is left
refusal-not_in_flow = the flow has no text for it
