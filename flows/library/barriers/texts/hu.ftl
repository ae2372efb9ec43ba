# Amit a `barriers` folyamat mond. Magázó forma. A bolt és a termék neve elé nem kerül névelő, utána nem kerül rag.

subject = { $known ->
    [yes] { $product }: mi tartotta vissza a vásárlástól?
   *[no] Mi tartotta vissza a vásárlástól?
}
preheader = Egy koppintás elég, nagyjából 10 másodperc. A válasza segít, hogy jobbak legyünk.

greeting = { $known ->
    [yes] Jó napot! Itt { $shop }. Megnézett egy terméket ({ $product }), de végül nem vette meg. Semmi gond, csak szeretnénk megérteni, miért.
   *[no] Jó napot! Itt { $shop }. Körülnézett nálunk, de végül nem vásárolt. Semmi gond, csak szeretnénk megérteni, miért.
}

barrier = Mi tartotta vissza? Egy koppintás elég, de a saját szavaival is leírhatja.
    .price = Az ár
    .reviews = Kevés a vélemény
    .quality = Nem tudom, jó minőségű-e
    .shipping = Szállítási díj vagy idő
    .trust = Bizalom, fizetés, visszáru
    .fit = Megfelel-e nekem?
    .timing = Most még nem
    .approval = Nem én döntök
    .no_longer_needed = Már nem szeretném
    .bought_elsewhere = Máshol vettem meg
    .other = Valami más
    .remind = Csak egy emlékeztető: mi tartotta vissza? Nem fogunk újra meg újra rákérdezni.

price = Milyen árat tartana jónak?
    .up_to_10 = Max. 10%-kal kevesebb
    .up_to_20 = 10–20%-kal kevesebb
    .much_less = Sokkal kevesebb
    .in_parts = Részletfizetés
    .remind = Egy kérdés még nyitva maradt: milyen árat tartana jónak?

reviews = Mi segítene a döntésben?
    .opinions = Vásárlói vélemények
    .photos = Vásárlói fotók
    .tests = Független teszt
    .remind = Egy kérdés még nyitva maradt: mi segítene a döntésben?

quality = Miben bizonytalan?
    .durability = Mennyire tartós
    .material = Anyag és kidolgozás
    .warranty = A garancia
    .remind = Egy kérdés még nyitva maradt: miben bizonytalan?

shipping = Mi a gond a szállítással?
    .cost = Túl drága
    .time = Túl sokáig tart
    .destination = Eljut-e hozzám
    .remind = Egy kérdés még nyitva maradt: mi a gond a szállítással?

trust = Miben szeretne biztos lenni?
    .shop = Valódi-e a bolt
    .payment = Biztonságos-e a fizetés
    .returns = Könnyű-e a visszaküldés
    .remind = Egy kérdés még nyitva maradt: miben szeretne biztos lenni?

fit = Miben bizonytalan?
    .size = A méret
    .compatibility = A kompatibilitás
    .style = A szín vagy a stílus
    .remind = Egy kérdés még nyitva maradt: miben bizonytalan?

timing = Mikor lenne alkalmas? Nem sürgős.
    .this_week = Ezen a héten
    .this_month = Ebben a hónapban
    .later = Később
    .remind = Egy kérdés még nyitva maradt: mikor lenne alkalmas?

approval = Küldjek egy rövid összefoglalót, amelyet továbbadhat?
    .summary = Igen, kérem
    .by_myself = Nem, köszönöm
    .remind = Egy kérdés még nyitva maradt: küldjek egy rövid összefoglalót, amelyet továbbadhat?

other = Elmondaná, mi volt az oka? Írja le a saját szavaival, vagy koppintson.
    .checkout_problem = Hiba a megrendelésnél
    .just_looking = Csak nézelődtem
    .rather_not_say = Inkább nem mondanám el
    .remind = Egy kérdés még nyitva maradt: elmondaná, mi volt az oka?

other-noted = Köszönjük, hogy elmondta. Egy munkatársunk ({ $shop }) el fogja olvasni.

checkout-problem = Elnézést kérünk, ennek nem lett volna szabad megtörténnie. Egy munkatársunk ({ $shop }) utánanéz, és itt válaszol Önnek.

solved = Segít ez Önnek?
    .yes = Igen, köszönöm
    .no = Nem igazán
    .person = Munkatárssal beszélnék
    .remind = Egy utolsó kérdés: segít Önnek a válaszunk?

contact = Inkább más módon keressük Önt? Írjon egy telefonszámot vagy e-mail-címet, és ha szeretné, azt is, mikor alkalmas. Ki is hagyhatja.
    .remind = Egy kérdés még nyitva van: inkább más módon keressük Önt?

person = Rendben. Egy munkatársunk ({ $shop }) itt fog válaszolni Önnek.

end-helped = Örülünk neki. Köszönjük a válaszát, minden jót kívánunk!
end-not-helped = Köszönjük az őszinteségét, segít, hogy jobbak legyünk. Nem erőltetjük tovább.
end-answered = Köszönjük, a válasza segít, hogy jobbak legyünk. Nem zavarjuk tovább.
end-handed = Köszönjük. Egy munkatársunk ({ $shop }) jelentkezni fog Önnél.
end-no-longer-needed = Köszönjük, hogy jelezte. Többé nem kérdezünk rá. Minden jót kívánunk!
end-bought-elsewhere = Köszönjük, hogy jelezte. Sok örömöt kívánunk hozzá! Többé nem kérdezünk rá.
