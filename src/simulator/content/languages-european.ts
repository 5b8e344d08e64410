import type { LanguagePack } from './language-pack'

const german: LanguagePack = {
  greetings: ['Hallo,', 'Guten Tag,', 'Sehr geehrte Damen und Herren,', 'Moin,', ''],
  openings: {
    billing: [
      'Mir wurde der Tarif {plan} doppelt berechnet, jeweils {amount}.',
      'Warum ist die Abbuchung im {month} höher als sonst?',
    ],
    refunds: [
      'Wann erhalte ich die Rückerstattung für {order}? Es geht um {amount}.',
      'Ich möchte {order} zurückgeben und mein Geld zurück.',
    ],
    invoices: [
      'Auf der Rechnung {invoice} fehlt unsere Umsatzsteuer-ID {vat}.',
      'Bitte schicken Sie die Rechnung {invoice} noch einmal an {email}.',
    ],
    shipping: [
      'Meine Bestellung {order} ist noch immer nicht angekommen.',
      'Die Sendungsverfolgung {tracking} zeigt seit Tagen keine Bewegung.',
    ],
    damaged: [
      'Das Gerät aus der Bestellung {order} kam beschädigt an.',
      'Der Drucker lässt sich nicht mehr einschalten.',
    ],
    login: [
      'Ich kann mich nicht mehr anmelden, das Passwort wird abgelehnt.',
      'Die E-Mail zum Zurücksetzen des Passworts kommt nicht an.',
    ],
    sso: ['Die Anmeldung per SSO schlägt mit {error} fehl.'],
    api: ['Die Schnittstelle antwortet seit {date} mit HTTP {http}.'],
    imports: ['Nach dem Import von {file} sind alle Umlaute kaputt.'],
    cancellation: ['Hiermit kündige ich unseren Vertrag zum Ende {month}.'],
    outage: ['Ist {brand} gestört? Hier geht gar nichts mehr.'],
    integrations: ['Die Verbindung mit {integration} bricht jede Nacht ab.'],
    mobile: ['Die App stürzt auf meinem {phone} ständig ab.'],
    privacy: [
      'Bitte löschen Sie gemäß DSGVO alle Daten zu {email}.',
      'Wir benötigen einen Vertrag zur Auftragsverarbeitung.',
    ],
    praise: ['Ich wollte nur Danke sagen, die neue Übersicht ist großartig!'],
    general: [
      'Ich habe eine Frage zu {brand} und unserem Tarif {plan}.',
      'Wie kann ich {count} Kollegen einladen?',
    ],
  },
  moods: [
    ['Das ist eine Unverschämtheit!', 'Ich bin stinksauer.'],
    ['Das ist ärgerlich.', 'Ich bin enttäuscht.'],
    ['Können Sie mir helfen?', 'Vielen Dank im Voraus.'],
    ['Sonst sind wir sehr zufrieden.', 'Danke für Ihre Hilfe!'],
    ['Ihr Service ist ausgezeichnet!', 'Wir sind begeistert.'],
  ],
  followUps: [
    'Die Nummer lautet {tracking}.',
    'Leider hat das nicht geholfen.',
    'Der Fehler {error} erscheint weiterhin.',
    'Wie lange dauert das noch?',
  ],
  answers: [
    'Hallo {first}, vielen Dank für Ihre Nachricht. Können Sie mir die Bestellnummer nennen?',
    'Das tut mir leid. Ich prüfe das sofort und melde mich.',
    'Ich sehe im Protokoll den Fehler {error}. Seit wann tritt er auf?',
  ],
  solutions: [
    'Das Problem ist behoben. Bitte laden Sie die Seite neu.',
    'Ich habe {amount} gutgeschrieben, die Bestätigung kommt per E-Mail.',
    'Eine Anleitung finden Sie [hier]({url}).',
  ],
  thanks: ['Vielen Dank, jetzt klappt es!', 'Super, danke schön.', 'Alles klar.'],
  goodbyes: ['Gern geschehen! Einen schönen Tag noch.'],
  complaints: ['Der Fehler ist leider wieder da.', 'Ich muss mich noch einmal melden.'],
  ai: ['Eine Antwort darauf finden Sie in unserem Hilfebereich: [Artikel]({url}).'],
}

const french: LanguagePack = {
  greetings: ['Bonjour,', 'Bonsoir,', 'Madame, Monsieur,', ''],
  openings: {
    billing: [
      "J'ai été débité deux fois de {amount} pour l'abonnement {plan}.",
      'Ma carte a été refusée lors du renouvellement.',
    ],
    refunds: [
      'Quand vais-je recevoir le remboursement de la commande {order} ?',
      'Je souhaite retourner {order} et être remboursé.',
    ],
    invoices: [
      'Le numéro de TVA {vat} manque sur la facture {invoice}.',
      "Je n'ai pas reçu la facture de {month}.",
    ],
    shipping: [
      "Ma commande {order} n'est toujours pas arrivée.",
      'Le colis {tracking} est bloqué depuis une semaine.',
    ],
    damaged: ["L'appareil de la commande {order} est arrivé cassé."],
    login: [
      "Impossible de me connecter, le mot de passe n'est pas accepté.",
      "L'e-mail de réinitialisation n'arrive pas à {email}.",
    ],
    sso: ["La connexion SSO échoue avec l'erreur {error}."],
    api: ["L'API renvoie une erreur {http} depuis le {date}."],
    imports: ["L'import de {file} s'arrête à la ligne {digits}."],
    cancellation: ['Je souhaite résilier notre abonnement {plan}.'],
    outage: ['Le service est-il en panne ? Plus rien ne fonctionne.'],
    integrations: ["L'intégration avec {integration} ne synchronise plus."],
    mobile: ["L'application plante sur mon {phone}."],
    privacy: ['Merci de supprimer mes données personnelles conformément au RGPD.'],
    praise: ['Un grand merci à {agent}, service impeccable !'],
    general: ["J'ai une question sur {brand}.", 'Comment inviter {count} collègues ?'],
  },
  moods: [
    ["C'est inadmissible !", 'Je suis furieux.'],
    ["C'est vraiment décevant.", "C'est pénible à la longue."],
    ["Pouvez-vous m'aider ?", "Merci d'avance."],
    ['Merci pour votre aide !', 'Sinon, tout va bien.'],
    ['Vous êtes formidables !', 'Nous sommes ravis.'],
  ],
  followUps: [
    'Voici le numéro : {tracking}.',
    "Cela ne fonctionne toujours pas, j'ai encore {error}.",
    'Combien de temps cela va-t-il prendre ?',
  ],
  answers: [
    'Bonjour {first}, merci pour votre message. Pouvez-vous me donner le numéro de commande ?',
    'Je suis désolé pour ce désagrément, je vérifie tout de suite.',
  ],
  solutions: [
    "C'est corrigé, merci de recharger la page.",
    'Le remboursement de {amount} est parti ce matin.',
    'Vous trouverez la procédure [ici]({url}).',
  ],
  thanks: ['Merci beaucoup, ça marche !', 'Parfait, merci.', "D'accord."],
  goodbyes: ['Avec plaisir, bonne journée !'],
  complaints: ['Le problème est revenu.', "Rien n'a été résolu finalement."],
  ai: ["La réponse se trouve dans notre centre d'aide : [article]({url})."],
}

const spanish: LanguagePack = {
  greetings: ['Hola,', 'Buenos días,', 'Buenas tardes,', ''],
  openings: {
    billing: [
      'Me han cobrado dos veces {amount} por el plan {plan}.',
      '¿Por qué subió la factura en {month}?',
    ],
    refunds: [
      '¿Cuándo recibiré el reembolso del pedido {order}?',
      'Quiero devolver {order} y recuperar mi dinero.',
    ],
    invoices: ['Falta el número de IVA {vat} en la factura {invoice}.'],
    shipping: [
      'Mi pedido {order} todavía no ha llegado.',
      'El envío {tracking} lleva una semana sin moverse.',
    ],
    damaged: ['El aparato del pedido {order} llegó roto.'],
    login: [
      'No puedo iniciar sesión, la contraseña no funciona.',
      'No llega el correo para restablecer la contraseña.',
    ],
    sso: ['El acceso por SSO falla con {error}.'],
    api: ['La API devuelve {http} desde el {date}.'],
    imports: ['La importación de {file} se detiene en la fila {digits}.'],
    cancellation: ['Quiero cancelar la suscripción {plan}.'],
    outage: ['¿Está caído el servicio? No carga nada.'],
    integrations: ['La integración con {integration} dejó de sincronizar.'],
    mobile: ['La aplicación se cierra sola en mi {phone}.'],
    privacy: ['Solicito la eliminación de mis datos según el RGPD.'],
    praise: ['¡Muchas gracias a {agent}, un servicio excelente!'],
    general: ['Tengo una pregunta sobre {brand}.', '¿Cómo invito a {count} compañeros?'],
  },
  moods: [
    ['¡Esto es inaceptable!', 'Estoy furioso.'],
    ['Es bastante molesto.', 'Estoy decepcionado.'],
    ['¿Me pueden ayudar?', 'Gracias de antemano.'],
    ['Gracias por su ayuda.', 'Por lo demás, todo bien.'],
    ['¡Son los mejores!', 'Estamos encantados.'],
  ],
  followUps: ['El número es {tracking}.', 'Sigue sin funcionar, aparece {error}.', '¿Cuánto va a tardar?'],
  answers: [
    'Hola {first}, gracias por escribirnos. ¿Me puede dar el número de pedido?',
    'Lamento las molestias, lo reviso ahora mismo.',
  ],
  solutions: [
    'Ya está resuelto, por favor recargue la página.',
    'El reembolso de {amount} salió hoy.',
    'Encontrará los pasos [aquí]({url}).',
  ],
  thanks: ['¡Muchas gracias, ya funciona!', 'Perfecto, gracias.', 'De acuerdo.'],
  goodbyes: ['¡Con gusto! Que tenga un buen día.'],
  complaints: ['El problema ha vuelto.', 'Tengo que escribir otra vez por lo mismo.'],
  ai: ['La respuesta está en nuestro centro de ayuda: [artículo]({url}).'],
}

export const europeanPacks = { de: german, fr: french, es: spanish }
