# The flows: picture, texts, publishing

console-nav-flows = Flows
flows-line = What is asked and said, step by step, with what people did at each.
flows-version = Version { $version }
flows-version-since = published
flows-picture = The picture
flows-picture-alt = The flow as a picture. The same numbers stand in the table below.
flows-picture-fit = Fit it to the page
flows-picture-open = Open it by itself
flows-language = Language of the texts
flows-numbers = What happened at each step
flows-numbers-line = of the conversations that began in these days, in whatever version
flows-numbers-none-title = Nobody has been asked in these days
flows-numbers-none-what = Choose other days, or start the campaign. The numbers appear here and in the picture.
flows-numbers-note = Who came to a step has answered it, left there, or stands there now. “Left” is where a conversation ended without this answer.
flows-step = Step
flows-reached = Reached
flows-answered = Answered
flows-left = Left
flows-here = Here now
flows-versions = Versions
flows-versions-line = A published version never changes. A conversation goes on in the version it was started in, unless it is moved.
flows-version-head = Version
flows-published-at = Published
flows-live = Live conversations
flows-tab-picture = Picture
flows-tab-texts = Texts
flows-tab-publish = Publish
flows-texts-line = Every text in all languages, as it stands in the files of this version.
flows-texts-search = Words or the name of a text
flows-texts-none-title = No text has these words
flows-texts-none-what = Look for other words, or for the name of a step.
flows-text = Text
flows-missing = missing
flows-publish-line = What the files say now, compared with the newest published version. Nothing happens by looking.
flows-done = Version { $version } is published
flows-done-moved = { $moved ->
    [0] No conversation was moved.
    [one] 1 conversation was moved. Nothing was sent.
   *[other] { $moved } conversations were moved. Nothing was sent.
}
flows-done-kept = { $kept ->
    [0] { "" }
    [one] 1 goes on in the version it was started in.
   *[other] { $kept } go on in the version they were started in.
}
flows-no-files = This flow has no files here any more
flows-no-files-what = It was published once, and its conversations go on. To change it, put its folder back into the flows folder.
flows-problems = Findings
flows-problems-bad = These must be corrected before it can be published
flows-problems-none = Nothing to complain about.
flows-changes = Changes
flows-changes-none = The files say what version { $version } says.
flows-about-flow = The flow
flows-about-step = Steps
flows-about-offer = Offers
flows-about-text = Texts
flows-plan = Conversations on earlier versions
flows-plan-line = where they stand, and what a move would do
flows-plan-none = No live conversation is on an earlier version.
flows-before-first = before the first
flows-stands = Stands
flows-how-many = How many
flows-verdict = A move
flows-verdict-safe = can be moved
flows-verdict-needs_mapping = needs a mapping
flows-verdict-must_finish = finishes on its own version
flows-map = Which step takes the place of which
flows-map-hint = One a line, such as price=cost. Only for steps that need a mapping.
flows-look-again = Look again with this
flows-stale = The files have changed since you looked
flows-stale-what = This is what they say now. Look at it, and publish then.
flows-publish-keep = Publish, and leave conversations where they are
flows-publish-keep-only = Publish
flows-publish-move = { $new ->
    [yes] Publish and move { $n }
   *[no] Move { $n } now
}
flows-publish-move-confirm = { $n ->
    [one] 1 conversation goes on in version { $version }. Nothing is sent to anybody, and it cannot be moved back.
   *[other] { $n } conversations go on in version { $version }. Nothing is sent to anybody, and they cannot be moved back.
}
flows-publish-confirm = Conversations that begin from now on use version { $version }.
flows-publish-admins = Only an admin can publish.
