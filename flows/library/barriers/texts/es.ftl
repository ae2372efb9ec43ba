# Lo que dice el flujo `barriers`. Trato de usted; sin forma masculina ni femenina de quien lee.
# Delante de % va un espacio de no separación.

subject = { $known ->
    [yes] ¿Qué le hizo dudar sobre { $product }?
   *[no] ¿Qué le hizo dudar?
}
preheader = Basta un toque, unos 10 segundos. Su respuesta nos ayuda a mejorar.

greeting = { $known ->
    [yes] Hola, somos { $shop }. Estuvo mirando { $product } y al final no se decidió. No pasa nada; solo nos gustaría saber por qué.
   *[no] Hola, somos { $shop }. Estuvo mirando y al final no se decidió. No pasa nada; solo nos gustaría saber por qué.
}

barrier = ¿Qué le hizo dudar? Basta un toque, o cuéntelo con sus propias palabras.
    .price = El precio
    .reviews = Hay pocas opiniones
    .quality = Dudas sobre la calidad
    .shipping = Coste o plazo de envío
    .trust = Confianza, pago, devolución
    .fit = No sé si me servirá
    .timing = Todavía no
    .approval = Decide otra persona
    .no_longer_needed = Ya no me interesa
    .bought_elsewhere = Ya compré en otro sitio
    .other = Otro motivo
    .remind = Solo un recordatorio: ¿qué le hizo dudar? No vamos a insistir.

price = ¿Qué precio le parecería bien?
    .up_to_10 = Algo menos (hasta 10 %)
    .up_to_20 = Entre 10 y 20 % menos
    .much_less = Mucho menos
    .in_parts = Pagar a plazos
    .remind = Queda una pregunta: ¿qué precio le parecería bien?

reviews = ¿Qué le ayudaría a hacerse una idea?
    .opinions = Opiniones de clientes
    .photos = Fotos de clientes
    .tests = Una prueba independiente
    .remind = Queda una pregunta: ¿qué le ayudaría a hacerse una idea?

quality = ¿Qué le genera dudas?
    .durability = Cuánto durará
    .material = El material y el acabado
    .warranty = La garantía
    .remind = Queda una pregunta: ¿qué le genera dudas?

shipping = ¿Qué le preocupa del envío?
    .cost = Es demasiado caro
    .time = Tarda demasiado
    .destination = La entrega en mi zona
    .remind = Queda una pregunta: ¿qué le preocupa del envío?

trust = ¿Qué le daría más tranquilidad?
    .shop = Que la tienda sea real
    .payment = Que el pago sea seguro
    .returns = Que devolver sea fácil
    .remind = Queda una pregunta: ¿qué le daría más tranquilidad?

fit = ¿Sobre qué tiene dudas?
    .size = La talla o el tamaño
    .compatibility = La compatibilidad
    .style = El color o el estilo
    .remind = Queda una pregunta: ¿sobre qué tiene dudas?

timing = ¿Cuándo le vendría bien? Sin prisa.
    .this_week = Esta semana
    .this_month = Este mes
    .later = Más adelante
    .remind = Queda una pregunta: ¿cuándo le vendría bien?

approval = ¿Le envío un breve resumen para compartir?
    .summary = Sí, por favor
    .by_myself = No, gracias
    .remind = Queda una pregunta: ¿le envío un breve resumen para compartir?

other = ¿Nos cuenta qué fue? Escríbalo con sus palabras o toque una respuesta.
    .checkout_problem = Algo falló al comprar
    .just_looking = Solo estaba mirando
    .rather_not_say = Prefiero no decirlo
    .remind = Queda una pregunta: ¿nos cuenta qué fue?

other-noted = Gracias por contárnoslo. Una persona de { $shop } lo leerá.

checkout-problem = Lo sentimos, no debería haber pasado. Una persona de { $shop } lo revisará y le responderá aquí.

solved = ¿Le sirve de ayuda?
    .yes = Sí, gracias
    .no = La verdad, no
    .person = Hablar con una persona
    .remind = Una última pregunta: ¿le sirve nuestra respuesta?

contact = ¿Prefiere que le contactemos de otra manera? Escriba un teléfono o un correo electrónico y, si lo desea, cuándo le viene bien. Puede omitirlo.
    .remind = Queda una pregunta: ¿prefiere que le contactemos de otra manera?

person = Claro. Una persona de { $shop } le responderá aquí.

end-helped = Nos alegra. Gracias por su respuesta y que le vaya muy bien.
end-not-helped = Gracias por su sinceridad: nos ayuda a mejorar. No insistiremos.
end-answered = Gracias, su respuesta nos ayuda a mejorar. No le molestamos más.
end-handed = Gracias. Una persona de { $shop } se pondrá en contacto con usted.
end-no-longer-needed = Gracias por decírnoslo. No volveremos a preguntarle. Que le vaya muy bien.
end-bought-elsewhere = Gracias por decírnoslo. ¡Que disfrute de su compra! No volveremos a preguntarle.
