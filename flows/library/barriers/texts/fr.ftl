# Ce que dit le parcours `barriers`. Vouvoiement ; rien ne s’accorde avec la personne qui lit.
# Devant ? ! : ; et % il y a une espace insécable. Pas de « de » devant les noms de boutique ni d’article devant les produits.

subject = { $known ->
    [yes] Qu’est-ce qui vous a fait hésiter pour { $product } ?
   *[no] Qu’est-ce qui vous a fait hésiter ?
}
preheader = Un clic suffit, 10 secondes environ. Votre réponse nous aide à progresser.

greeting = { $known ->
    [yes] Bonjour, ici { $shop }. Vous avez regardé { $product } sans aller jusqu’à l’achat. C’est tout à fait normal ; nous aimerions comprendre pourquoi.
   *[no] Bonjour, ici { $shop }. Vous avez regardé nos produits sans aller jusqu’à l’achat. C’est tout à fait normal ; nous aimerions comprendre pourquoi.
}

barrier = Qu’est-ce qui vous a fait hésiter ? Un clic suffit, ou dites-le avec vos propres mots.
    .price = Le prix
    .reviews = Trop peu d’avis
    .quality = Un doute sur la qualité
    .shipping = Livraison : coût, délai
    .trust = Confiance, paiement, retours
    .fit = Est-ce fait pour moi ?
    .timing = Pas tout de suite
    .approval = Quelqu’un d’autre décide
    .no_longer_needed = Je n’en ai plus envie
    .bought_elsewhere = J’ai acheté ailleurs
    .other = Autre chose
    .remind = Un simple rappel : qu’est-ce qui vous a fait hésiter ? Nous n’insisterons pas.

price = Quel prix vous semblerait juste ?
    .up_to_10 = Un peu moins (max. 10 %)
    .up_to_20 = 10 à 20 % de moins
    .much_less = Beaucoup moins
    .in_parts = Payer en plusieurs fois
    .remind = Il reste une question : quel prix vous semblerait juste ?

reviews = Qu’est-ce qui vous aiderait à vous faire une idée ?
    .opinions = Des avis d’acheteurs
    .photos = Des photos d’acheteurs
    .tests = Un test indépendant
    .remind = Il reste une question : qu’est-ce qui vous aiderait à vous faire une idée ?

quality = Sur quoi avez-vous un doute ?
    .durability = La solidité
    .material = Matière et finitions
    .warranty = La garantie
    .remind = Il reste une question : sur quoi avez-vous un doute ?

shipping = Qu’est-ce qui vous gêne dans la livraison ?
    .cost = Elle coûte trop cher
    .time = Elle est trop longue
    .destination = La livraison chez moi
    .remind = Il reste une question : qu’est-ce qui vous gêne dans la livraison ?

trust = De quoi aimeriez-vous avoir la certitude ?
    .shop = Que la boutique existe
    .payment = Que le paiement est sûr
    .returns = Que le retour est facile
    .remind = Il reste une question : de quoi aimeriez-vous avoir la certitude ?

fit = Sur quoi avez-vous un doute ?
    .size = La taille
    .compatibility = La compatibilité
    .style = La couleur ou le style
    .remind = Il reste une question : sur quoi avez-vous un doute ?

timing = Quand serait le bon moment ? Rien ne presse.
    .this_week = Cette semaine
    .this_month = Ce mois-ci
    .later = Plus tard
    .remind = Il reste une question : quand serait le bon moment ?

approval = Voulez-vous un court résumé à transmettre ?
    .summary = Oui, volontiers
    .by_myself = Non, merci
    .remind = Il reste une question : voulez-vous un court résumé à transmettre ?

other = Voulez-vous nous dire ce que c’était ? Écrivez-le avec vos mots, ou touchez une réponse.
    .checkout_problem = Un souci à la commande
    .just_looking = Je regardais seulement
    .rather_not_say = Je préfère ne pas le dire
    .remind = Il reste une question : voulez-vous nous dire ce que c’était ?

other-noted = Merci de nous l’avoir dit. Quelqu’un chez { $shop } va vous lire.

checkout-problem = Toutes nos excuses, cela n’aurait pas dû arriver. Quelqu’un chez { $shop } va vérifier et vous répondre ici.

solved = Est-ce que cela vous aide ?
    .yes = Oui, merci
    .no = Pas vraiment
    .person = Parler à une personne
    .remind = Une dernière question : notre réponse vous aide-t-elle ?

contact = Préférez-vous un autre moyen de contact ? Écrivez un numéro de téléphone ou une adresse e-mail, et le moment qui vous convient. Vous pouvez passer.
    .remind = Une question reste ouverte : préférez-vous un autre moyen de contact ?

person = Bien sûr. Quelqu’un chez { $shop } va vous répondre ici.

end-helped = Tant mieux ! Merci pour votre réponse, et bonne continuation.
end-not-helped = Merci pour votre franchise, elle nous aide à progresser. Nous n’insisterons pas.
end-answered = Merci, votre réponse nous aide à progresser. Nous ne vous dérangerons plus.
end-handed = Merci. Une personne de { $shop } prendra contact avec vous.
end-no-longer-needed = Merci de nous l’avoir dit. Nous ne vous poserons plus la question. Bonne continuation.
end-bought-elsewhere = Merci de nous l’avoir dit. Profitez-en bien ! Nous ne vous poserons plus la question.
