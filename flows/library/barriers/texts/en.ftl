# What the flow `barriers` says. Variables: $shop, $product (may be empty: then $known is "no"), $name.
# Style: kind, short, honest, no pressure, no blame; at most 160 characters a text.

subject = { $known ->
    [yes] What held you back from { $product }?
   *[no] What held you back?
}
preheader = One tap is enough, about 10 seconds. Your answer helps us do better.

greeting = { $known ->
    [yes] Hello, this is { $shop }. You looked at { $product } and did not buy it. That is fine; we would like to learn why.
   *[no] Hello, this is { $shop }. You looked around and did not buy. That is fine; we would like to learn why.
}

barrier = What held you back? One tap is enough, or write it in your own words.
    .price = The price
    .reviews = Too few reviews
    .quality = Unsure about quality
    .shipping = Shipping cost or time
    .trust = Trust, payment, returns
    .fit = Will it fit or suit me?
    .timing = Not yet
    .approval = Someone else decides
    .no_longer_needed = I no longer want it
    .bought_elsewhere = I bought it elsewhere
    .other = Something else
    .remind = Just a short reminder: what held you back? We will not keep asking.

price = What price would feel right to you?
    .up_to_10 = A little less (up to 10%)
    .up_to_20 = 10 to 20% less
    .much_less = A lot less
    .in_parts = Paying in parts
    .remind = One question is still open: what price would feel right to you?

reviews = What would help you to judge it?
    .opinions = Opinions of buyers
    .photos = Photos from buyers
    .tests = An independent test
    .remind = One question is still open: what would help you to judge it?

quality = What are you unsure about?
    .durability = Whether it lasts
    .material = Material and workmanship
    .warranty = The warranty
    .remind = One question is still open: what are you unsure about?

shipping = What bothers you about the shipping?
    .cost = It costs too much
    .time = It takes too long
    .destination = Delivery to my place
    .remind = One question is still open: what bothers you about the shipping?

trust = What would you like to be sure of?
    .shop = That the shop is real
    .payment = Safe payment
    .returns = Easy returns
    .remind = One question is still open: what would you like to be sure of?

fit = What are you unsure about?
    .size = The size
    .compatibility = If it works with mine
    .style = Colour or style
    .remind = One question is still open: what are you unsure about?

timing = When might be a good time? No hurry.
    .this_week = This week
    .this_month = This month
    .later = Later
    .remind = One question is still open: when might be a good time?

approval = Would you like a short summary to pass on?
    .summary = Yes, please
    .by_myself = No, thank you
    .remind = One question is still open: would you like a short summary to pass on?

other = Would you tell us what it was? Write it in your own words, or tap.
    .checkout_problem = A problem at checkout
    .just_looking = I was only looking
    .rather_not_say = I would rather not say
    .remind = One question is still open: would you tell us what it was?

other-noted = Thank you for telling us. A person at { $shop } will read it.

checkout-problem = We are sorry. That should not have happened. A person at { $shop } will look into it and answer you here.

solved = Does this help you?
    .yes = Yes, thank you
    .no = Not really
    .person = Talk to a person
    .remind = One last question: does our answer help you?

contact = Would you rather be reached another way? Then write a phone number or an email address and, if you like, when it suits you. You can skip this.
    .remind = One question is still open: would you rather be reached another way?

person = Of course. A person at { $shop } will answer you here.

end-helped = We are glad to hear it. Thank you for your answer, and all the best.
end-not-helped = Thank you for being honest. It helps us to get better. We will leave it at that.
end-answered = Thank you, your answer helps us to get better. We will leave you in peace now.
end-handed = Thank you. A person at { $shop } will be in touch with you.
end-no-longer-needed = Thank you for telling us. We will not ask again. All the best.
end-bought-elsewhere = Thank you for telling us. Enjoy it! We will not ask again.
