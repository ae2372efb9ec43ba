# What may be said about the effect of a campaign, and the campaign report.

verdict-short-helps = helps
verdict-short-harms = does harm
verdict-short-no_difference = does not
verdict-short-too_early = too early: about { $more } more people
verdict-short-unbalanced = the groups are out of balance

verdict-contacted-helps = It helps: of those we wrote to, more bought.
verdict-contacted-harms = It does harm: of those we wrote to, fewer bought.
verdict-contacted-no_difference = It does not: writing to people made no difference that could be shown.
verdict-contacted-too_early = Too early to say: about { $more } more people are needed.
verdict-contacted-unbalanced = No verdict: the groups do not have the sizes they were drawn with.
verdict-offered-helps = The offers help: with them, more people bought.
verdict-offered-harms = The offers do harm: with them, fewer people bought.
verdict-offered-no_difference = The offers do not: they made no difference that could be shown.
verdict-offered-too_early = Too early to say: about { $more } more people are needed.
verdict-offered-unbalanced = No verdict: the groups do not have the sizes they were drawn with.

comparison-contacted = Does it help to ask at all?
comparison-contacted-what = People we wrote to and made offers, against people left alone by lot.
comparison-offered = Do the offers help?
comparison-offered-what = People who were asked and made offers, against people who were asked and made none, by lot.
comparison-contacted-treated = Written to
comparison-contacted-control = Left alone
comparison-offered-treated = Asked, with offers
comparison-offered-control = Asked, without offers

because-difference = Of 100 people { $treated } bought, against { $control } of 100 in the control group: { $mid } in 100, and with all that chance can do between { $low } and { $high }.
because-nobody = In one group nobody's time to buy is over yet, so there is nothing to compare.
because-purchases = Ten purchases are needed in both groups before anything is said; so far there are { $treated } and { $control }.
because-rates = At the rates seen so far, about { $more } more would be enough. Counted so far: { $counted }.
because-usual = If 5 in 100 buy, as is usual, about { $more } more would be enough. Counted so far: { $counted }.
because-few = The groups are still so small that their figures might tell who somebody is; they are not shown.
because-final = At the end of the plan, the usual 95% interval: between { $low } and { $high } in 100.
because-unbalanced = With { $treated } and { $control } people, such sizes happen by chance less than once in a thousand times. Usually a rule outside of Holdback keeps some people out of one group; find it first.
because-week = Week { $week } of { $planned }. We look once a week, and each look is drawn so wide that all { $planned } together are right 95 times in 100.
because-first-look = The first look is when the first week is over; the figures below are only counted so far.
because-ended = The plan of { $planned } weeks is over, and its last look stands. Other shares in the strategy begin a new measurement.
because-open = { $n ->
    [one] One person still has time to buy and is not counted yet.
   *[other] { $n } people still have time to buy and are not counted yet.
}
because-refunded = { $n ->
    [one] One order was given back and does not count.
   *[other] { $n } orders were given back and do not count.
}
because-unknown = { $n ->
    [one] One order is in another currency, or its amount is not known: a purchase, but no revenue here.
   *[other] { $n } orders are in another currency, or their amount is not known: purchases, but no revenue here.
}
because-profit = Per person, revenue less offers and messages differs by { $mid } (between { $low } and { $high }).

moves-note = These figures describe and do not prove: which offer somebody gets depends on their barrier and on what worked before. A purchase after two offers counts for both.
moves-apart = { $best } brought most for each person, { $worst } least; the two can be told apart.
moves-not-apart = { $best } brought most for each person so far and { $worst } least, but the two cannot be told apart yet.
moves-too-few = Too few people yet to say which offer brought most: each needs { $few }.

opened-note = Mails carry no tracking. Opened means that somebody did something there; more may have looked.
step-barrier = What held you back?
step-solved = Does that help?
step-contact = How may we reach you?
step-follow-up = Follow-up: { $barrier }
week-words = Week { $week }: { $verdict }; between { $low } and { $high } in 100

# Time it took
seconds = { $n ->
    [one] one second
   *[other] { $n } seconds
}
minutes = { $n ->
    [one] one minute
   *[other] { $n } minutes
}
hours = { $n ->
    [one] one hour
   *[other] { $n } hours
}
days = { $n ->
    [one] one day
   *[other] { $n } days
}

# The campaign report
report-title = What held people back, and what helped
report-of = Campaign { $campaign } of { $shop }, { $since } to { $until }
report-made = Made on { $at }. { $zone } time.
report-k = Nothing here tells who somebody is. Groups of fewer than { $k } people are not shown.
report-small = fewer than { $k }
report-short = In short
report-1 = 1. Research: what holds people back
report-2 = 2. Segments: who they are
report-3 = 3. Strategies: what was done
report-4 = 4. Results: what it brought
report-5 = 5. What to try next

report-asked-line = { $reached } people were asked, { $answered } answered ({ $response }), { $completed } of them to the end ({ $completion }).
report-asked-none = Nobody has been asked yet in these days.
report-median = Half of the first answers came within { $time }.
report-left-alone = { $n } people were left alone by lot, to compare with.
report-top = Most often it is { $barrier }: { $n } of { $people } people ({ $share }).
report-barrier = What held them back
report-people = People
report-share = Share
report-between = 95% between
report-no-barriers = No barrier has been named by { $k } people yet.
report-quotes = In their own words
report-quotes-how = Chosen by lot among those who wrote, in the language they wrote in.
report-questions = Question by question
report-question = Question
report-asked = Asked
report-answered = Answered
report-left = Left here
report-took = Half took at most
report-optional = may stay unanswered
report-reached = Reached
report-seen = Opened, as far as known
report-completed = To the end
report-enrolled = To be asked
report-segment = Segment
report-named-most = Named most
report-segment-b2b = Companies
report-segment-returning = Bought before
report-segment-new_high = New, with a large cart
report-segment-new_other = New, others
report-segment-unknown = Not known yet
report-no-segments = There is nobody in this campaign yet.
report-grades = Fit to your target profile: { $grades }.
report-version = Version { $number }, live from { $since } to { $until }
report-version-now = Version { $number }, live since { $since }
report-learning = Offers were drawn by what worked so far.
report-for = For
report-everybody = everybody
report-offers-in-order = Offers, in order
report-no-strategy = No strategy was live: the offers were made in the order of the catalogue.
report-offer = Offer
report-offers = Offers, one by one
report-made-to = Made to
report-bought = Bought
report-revenue = Revenue
report-cost = Cost
report-brought = Brought
report-per-person = Per person
report-back = Revenue per 1 of cost
report-still-open = { $n } still have time to buy
report-no-moves = No offer was made to { $k } people yet.
report-cost-line = The campaign cost { $total }: { $messages } for messages and { $offers } for offers that were used; { $each } for each of the { $people } people written to.
report-cost-none = The campaign wrote to nobody in these days.
report-not-measured = Nothing is measured: nobody is kept apart by lot, so nobody can say what the campaign changed.
report-week-by-week = Week by week, as it was said
report-group = Group

next-measure = Start measuring: keep 10% of people uncontacted and ask 20% without an offer. Without that, no figure here can say what the campaign changed.
next-wait = Let it run. The next look is on { $date }.
next-helps-contacted = Keep asking: those who are asked buy more.
next-helps-offered = Keep making offers: with them, people buy more than when they are only asked.
next-harms-contacted = Stop asking for now, or ask differently: those who are asked buy less.
next-harms-offered = Take the offers back for now, or change them: with them, people buy less than when they are only asked.
next-balance = Find out what keeps people out of one group before believing any comparison.
next-offer = Nothing is offered yet to those held back by { $barrier } ({ $n } people). Try an answer to it.
next-worst = Try something else in place of { $worst }: it brought least for each person, and the difference is more than chance.
next-drop = Look at the question “{ $step }”: { $n } of { $asked } people leave there.
next-answers = Few answer ({ $share }). Try another hour, another channel, or a shorter first sentence.
next-nothing = Nothing stands out. Let it run, and look again after the next week.
