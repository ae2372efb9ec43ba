# Co říká nabídka. Konec platnosti tu stojí jen tehdy, když je pravdivý.
# Před % je pevná mezera.

discount_10 = Rádi bychom vám vyšli vstříc: sleva { $percent } % s kódem { $code } (platí do { $until }).
free_shipping = Dopravu zaplatíme my: při objednávce zadejte kód { $code } (platí do { $until }).
review_digest = Co se zákazníkům líbilo a co ne: na jedné stránce a bez zamlčování.
    .link = Přečíst recenze
guarantee = Máte 30 dní na vyzkoušení doma. Když to nebude ono, pošlete zboží zpět a vrátíme vám peníze.
    .link = Přečíst záruku
sample = Rádi vám zdarma pošleme vzorek, ať to můžete posoudit na vlastní oči. Někdo z obchodu { $shop } se zeptá, kam ho poslat.
brochure = Tady je krátké shrnutí s fakty a cenou, můžete si ho nechat nebo předat dál. Nespěchá to.
    .link = Otevřít shrnutí
appointment = Rádi vám to krátce předvedeme, přes video nebo v obchodě. Někdo z obchodu { $shop } navrhne čas.
callback = Na vaše otázky rád odpoví někdo z obchodu { $shop }. Napíše vám sem.
nothing = Tentokrát pro vás nabídku nemáme. Vaše odpověď se dostane k těm, kdo mohou věci změnit.
