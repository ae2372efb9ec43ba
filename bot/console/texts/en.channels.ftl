# Channels, spend and the funnel.

console-nav-channels = Channels
console-nav-funnel = Funnel

channels-line = Who came in these days, what became of them since, and what it cost. Everybody counts once.
channels-far = How far they come
channels-far-aside = shares of those who came
channels-source = Source
channels-medium = Medium
channels-target-campaign = Campaign
channels-came = Came
channels-reached = Written to
channels-answered = Answered
channels-qualified = Qualified
channels-bought = Bought
channels-all = All together
channels-unknown = Unknown source
channels-none = none
channels-open = Mediums and campaigns of { $source }
channels-close = All sources
channels-money = What they cost and bring
channels-money-aside = in { $currency }; spend is spread evenly over its days
channels-spent = Spent
channels-revenue = Revenue
channels-per-answered = Per answer
channels-per-qualified = Per qualified
channels-per-bought = Per customer
channels-returned = Return
channels-returned-note = Return is revenue divided by spend: at 1.0 the money has come back. Revenue counts orders since somebody came that were not refunded.
channels-record = Record spend
channels-others = Spent in other currencies, not added up: { $sums }.
channels-unpriced = { $n ->
    [one] One order has no amount in { $currency }; it counts as an order, not as revenue.
   *[other] { $n } orders have no amount in { $currency }; they count as orders, not as revenue.
}
channels-refunded = { $n ->
    [one] One order was refunded and does not count.
   *[other] { $n } orders were refunded and do not count.
}
channels-before = { $n ->
    [one] One order is from before its buyer came from anywhere; it is not the channel's.
   *[other] { $n } orders are from before their buyers came from anywhere; they are not the channels'.
}
channels-near = How near they are to your target
channels-near-aside = fit from 0 to 100
channels-fit = Mean fit
channels-near-share = Grade A or B
channels-words = Where they differ
channels-no-target = No fit is known of them. Describe the customer you want under Rules, and it is computed for everybody.
channels-fits = Most of them are as you described.
channels-not-judged = not judged yet
channels-miss-country = { $share } are outside the countries you ship to
channels-miss-language = { $share } speak a language you do not serve
channels-miss-product = { $share } look for something else
channels-miss-price = { $share } are outside your prices
channels-miss-industry = { $share } are in another industry
channels-miss-role = { $share } have another role
channels-miss-region = { $share } are in another region
channels-miss-size = { $share } have another size
channels-miss-use = { $share } have another use in mind
channels-sample = of the newest { $n }
channels-none-title = Nobody came in these days
channels-none-what = As soon as people become known, from a file, the shop or a link, their source stands here. Choose more days, or ask for less.
channels-small = Under { $n } people a share says little, so none is shown.
share-half = half
share-third = a third
share-quarter = a quarter
share-most = most
share-all = nearly all
share-two-thirds = two thirds

spend-title = What channels cost
spend-line = Whole days, both included. The same days for the same thing count once; other currencies are kept apart.
spend-source-hint = As it stands with the people, such as newsletter.
spend-medium-hint = Empty: all of them.
spend-from = First day
spend-to = Last day
spend-amount = Amount
spend-currency = Currency
spend-note = Note
spend-save = Record
spend-needed = Fill this in
spend-remove = Remove
spend-remove-confirm = The amount is taken out of every figure. It can be recorded again.
spend-recorded = Recorded
spend-by = { $who }
spend-none-title = Nothing is recorded yet
spend-none-what = Write down what a source, medium or campaign cost, or import a file with “holdback spend import spend.csv”. Then Channels says what an answer and a customer cost.
spend-shown = The newest { $n } are shown; “holdback spend list” has all of them.

funnel-line = Those who became known in these days, and how far they have come since. The history is never rewritten.
funnel-stages = From stage to stage
funnel-stage = Stage
funnel-people = People
funnel-rate = Of the stage before
funnel-took = Half took at most
funnel-all = All together
funnel-by = Told apart by
funnel-by-segment = Segment
funnel-by-source = Source
funnel-by-product = Product
funnel-by-week = Week
funnel-week = Week from { $day }
funnel-segment = Segment
stage-informed = Informed
stage-lead = Lead
stage-qualified = Qualified
stage-customer = Customer
stage-informed-what = we know them
stage-lead-what = showed interest
stage-qualified-what = need it and can pay
stage-customer-what = bought
learning-b2b = Companies
learning-returning = Bought before
learning-new_high = New, large cart
learning-new_other = Other new people
funnel-at-once = at once
funnel-hours = { $n ->
    [one] an hour
   *[other] { $n } hours
}
funnel-days = { $n } days
funnel-others = { $n } smaller groups are in the file.
funnel-none-title = Nobody became known in these days
funnel-none-what = As soon as people come, their way from informed to customer stands here. Choose more days, or ask for less.
funnel-note = Shares are of the stage before, with the interval in which the truth lies 19 times out of 20. People may still move on. Where there are many, how long it took is asked of some 1,200, taken evenly over these days. A number leads to those who stand at its stage now.
funnel-picture = How many reached each stage

figures-as-of = Counted
