# Connections: shops that report to us, and systems that we tell.

console-nav-connections = Connections
connections-line = Shops that report to Holdback, and systems that Holdback tells what happens here.

connections-shop-shopify = Shopify
connections-shop-woocommerce = WooCommerce
connections-shops = Shops
connections-connected = Connected
connections-not-connected = Not connected
connections-quiet = Connected, nothing heard yet
connections-how = Set { $setting } to the secret the shop signs its webhooks with, restart, and give the shop this address:
connections-address = Address for its webhooks
connections-heard = Last heard
connections-refused = Last refused
connections-never = Never
connections-open = Checkouts waited for
connections-open-hint = A checkout that is not paid counts as abandoned when nothing more is heard of it for { $after }.
connections-refused-what = Calls that are not signed with the secret you set are refused and leave nothing behind. If this was your shop, its secret and yours differ.

connections-asked = Customers who asked for their data
connections-asked-line = The shop has handed on their request. Export what is known and send it to them within a month.
connections-asked-do = holdback prospects export { $who }

connections-endpoints = Systems that are told
connections-endpoints-line = Each message is signed (Standard Webhooks), and sent again for three days until it is taken.
connections-none-title = Nobody is told yet
connections-none-what = Add the address of your CRM, and it hears of every answer, offer, purchase and task as it happens.
connections-add = Add an address
connections-url = Address
connections-url-hint = https:// and public; your CRM shows it to you
connections-events = What it is told
connections-no-events = Choose at least one kind of message.
connections-event-answer-recorded = An answer was recorded
connections-event-lead-qualified = Somebody is qualified
connections-event-task-created = A task for staff was made
connections-event-offer-granted = An offer was given
connections-event-purchase-attributed = A conversation was followed by a purchase
connections-event-conversation-needs_person = A conversation needs a person
connections-event-prospect-erased = Somebody was forgotten
connections-event-webhook-test = A test
connections-secret-title = The secret of { $host }
connections-secret-what = Enter it where your system asks for a signing secret. It is shown this once; lost, add the address again and disable the old one.
connections-in-use = In use
connections-failing = Failing since
connections-disabled = Disabled
connections-send-test = Send a test
connections-disable = Disable
connections-disable-confirm = { $host } is told nothing more, and what waits for it is given up.
connections-enable = Enable
connections-counts = { $taken } taken, { $waiting } waiting, { $failed } failed
connections-tested-good = { $host } took the test.
connections-tested-status = { $host } answered with { $status }, not with a 2xx. Look into its log, and at the address.
connections-tested-private = { $host } leads to this machine or a private network, and nothing is sent there.
connections-tested-none = { $host } did not answer in time, or its name or certificate is wrong.

connections-deliveries = What was sent last
connections-deliveries-none-title = Nothing was sent yet
connections-deliveries-none-what = Send a test, and it stands here with what came of it.
connections-what = What
connections-state = State
connections-attempts = { $n ->
    [one] { $n } attempt
   *[other] { $n } attempts
}
connections-next = next
connections-no-answer = no answer
connections-not-sent = not sent: private address
connections-state-ready = Waiting
connections-state-delivered = Taken
connections-state-failed = Failed
connections-retry = Send again
