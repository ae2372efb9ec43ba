# What an offer says. Variables: $code, $value (money, ready to read), $percent, $until (date, ready to read), $shop, $product, $known.
# An expiry stands here only because it is true.

discount_10 = We would like to meet you halfway: { $percent }% off with the code { $code }, valid until { $until }.
free_shipping = Shipping is on us: use the code { $code } when you order. It is valid until { $until }.
review_digest = Here is what buyers liked and what they did not, on one page, nothing left out.
    .link = Read the reviews
guarantee = You can try it at home for 30 days. If it is not right, send it back and get your money back.
    .link = Read the guarantee
sample = We would like to send you a sample, free of charge, so that you can see for yourself. A person at { $shop } will ask where to send it.
brochure = Here is a short summary with the facts and the price, to keep or to forward. No hurry.
    .link = Open the summary
appointment = You are welcome to a short demonstration, by video or in the shop. A person at { $shop } will suggest a time.
callback = A person at { $shop } would be glad to answer your questions. They will write to you here.
nothing = We have no offer to make this time. Your answer goes to the people who can change things.
