"""Connected shops: what their signed webhooks say, in words that no shop owns. Translates, and decides nothing."""
