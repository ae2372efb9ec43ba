# The first page: tasks, products, stages and evidence.

today-tasks = { $n ->
    [one] One task is due today
   *[other] { $n } tasks are due today
}
today-tasks-late = { $n } late
today-enough = Enough answers
today-quota = { $campaign }: { $people } of { $quota } people have answered.
today-enough-what = Nobody else is written to first. To go on, raise “quota” in the campaign's file and start Holdback again.
today-by-product = By product
today-by-product-aside = what most people named, last 7 days
today-most = Named most
today-stages = Reached in 30 days:
today-evidence = Does it help?
today-comparison-contacted = Writing to people
today-comparison-offered = Making offers
today-verdict-helps = it helps.
today-verdict-harms = it does harm.
today-verdict-no_difference = no difference is to be seen.
today-verdict-too_early = too early to say.
today-verdict-unbalanced = the groups do not fit together; look before you trust it.
today-verdict-more = About { $n } more people are needed.
today-no-evidence = Nothing is compared yet. Evidence needs a group that gets no offer; start measuring on the page Strategy.
