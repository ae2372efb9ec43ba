# The page of the system: sending, what was put aside, messages of unknown fate

console-nav-system = System
system-line = Whether anything is sent, and what no machine can decide.
system-sending-is-off = Nothing is sent: { $why }
system-sending-see = See why, and switch it on
system-too-late = This was settled meanwhile, or something was said after it. The page shows how it stands now.

system-sending = Sending
system-on = Messages are sent
system-on-what = Switched off, nothing leaves the house within a second: no Telegram message and no mail, on no server of yours. Answers are still received.
system-off = Nothing is sent
system-off-what = What waits goes out when you switch it on, unless it has come too late by its own rules. Answers are still received.
system-why = Why
system-why-hint = Everybody reads it at the head of every page.
system-switch-off = Send nothing from now on
system-switch-off-confirm = Nobody hears anything until somebody switches it on again, not even an answer to what they write.
system-switch-on = Send again
system-switch-on-confirm = What has waited goes out now, each after its own checks.

system-unknown = Messages of unknown fate
system-unknown-what = The connection broke while they were handed over: they may have arrived or not. An answer to one of them closes it by itself.
system-unknown-none-title = None
system-unknown-none-what = Of every message it is known whether it arrived.
system-message = Message
system-written = Written
system-followed = Something was said after it.
system-arrived = It arrived
system-send-again = Send again
system-send-again-confirm = If the first one arrived after all, they get it twice.
system-leave = Leave it
system-kind-question = question
system-kind-reminder = reminder
system-kind-confirm = confirmation of an address
system-kind-offer = offer
system-kind-closing = last word
system-kind-reply = answer
system-kind-staff = from a person
system-kind-edit = change of a message

system-aside = Put aside
system-aside-what = What came in and could not be processed three times. It is kept whole, and what came after it went on.
system-aside-none-title = Nothing is put aside
system-aside-none-what = All that came in was processed.
system-input = What came in
system-input-of = { $source }, number { $row }
system-received = Received
system-attempts = { $n ->
    [one] tried once
   *[other] tried { $n } times
}
system-reveal = Show
system-revealed = What came in as number { $row }
system-try-again = Try again
system-for-good = For good
system-for-good-confirm = Nobody will process it any more. What it says is kept.

system-crowded = Who sends very much
system-crowded-what = More waits of them than is taken at once. Nobody else waits for it.
system-crowded-n = { $n } waiting
