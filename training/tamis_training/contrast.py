"""Rows made by rule: pairs that differ only in what is done with a word.

Templates here are the training's. Those of the tests are kept elsewhere and are
not to be copied from here.
"""

import random

from .data import LABELS, Row

GROUPS = {
    "en": ["Muslims", "Jews", "Christians", "Black people", "white people", "Asians", "Arabs", "Mexicans", "immigrants", "refugees", "gay people",
           "lesbians", "trans people", "women", "men", "disabled people", "deaf people", "old people", "Roma", "Indians", "Africans", "Chinese people",
           "French people", "atheists", "the homeless", "autistic people", "Polish people", "feminists", "Hindus", "Turks"],
    "fr": ["les musulmans", "les juifs", "les chrétiens", "les noirs", "les blancs", "les asiatiques", "les arabes", "les maghrébins", "les immigrés",
           "les réfugiés", "les homosexuels", "les lesbiennes", "les trans", "les femmes", "les hommes", "les handicapés", "les sourds", "les vieux",
           "les Roms", "les Africains", "les Chinois", "les Français", "les athées", "les sans-abri", "les autistes", "les Polonais", "les féministes",
           "les Algériens", "les Portugais", "les Turcs"],
}
HARMLESS = {
    "en": ["{g} in my street are having a party on Saturday.", "Why do {g} celebrate on different days? Honest question.", "I work with {g} and it is going well.",
           "{g} deserve the same rights as anybody else.", "Nobody should ever say that {g} are inferior.", "Saying that \"{g} are scum\" is disgusting, delete that.",
           "Someone shouted \"go home\" at {g} yesterday, it made me sick.", "The article says too little about {g}.", "I am proud to be counted among {g}.",
           "I don't hate {g}, quite the contrary.", "There is a new documentary about {g} on Sunday.", "My best teachers were {g}.", "How many {g} live in Lyon?",
           "The law protects {g} from discrimination.", "As one of {g}, I found the joke funny.", "Those who attack {g} should be ashamed.", "Statistics on {g} are hard to find.",
           "We should listen to {g} before we decide for them.", "{g} were persecuted in the last century.", "I read three novels written by {g} this summer."],
    "fr": ["{g} de mon quartier organisent une fête samedi.", "Pourquoi {g} ne fêtent pas le même jour ? Vraie question.", "Je travaille avec {g} et tout se passe bien.",
           "{g} méritent les mêmes droits que tout le monde.", "Personne ne devrait dire que {g} sont inférieurs.", "Dire « {g} sont des déchets », c'est immonde.",
           "Hier quelqu'un a crié « rentrez chez vous », ça m'a rendu malade pour {g}.", "L'article parle trop peu de ce que vivent {g}.", "Je suis fier d'être parmi {g}.",
           "Je ne déteste pas {g}, au contraire.", "Il y a un documentaire sur {g} dimanche soir.", "Mes meilleurs profs étaient parmi {g}.", "Combien sont {g} à Lyon ?",
           "La loi protège {g} contre les discriminations.", "Ceux qui s'en prennent à {g} devraient avoir honte.", "On trouve peu de chiffres sur {g}.",
           "Il faudrait écouter {g} avant de décider pour eux.", "{g} ont été persécutés au siècle dernier.", "J'ai lu trois romans où {g} racontent leur enfance."],
}
HATEFUL = {
    "en": ["{g} are vermin.", "I can't stand {g}, they ruin everything.", "{g} should all be thrown out of the country.", "All {g} are liars and thieves.", "The world would be better without {g}.",
           "We need to get rid of {g} for good.", "{g} are not really human.", "Never trust {g}, it's in their blood.", "{g} belong in a cage.", "Honestly {g} are a disease.",
           "Nobody wants {g} here, go away.", "{g} are too stupid to vote.", "I hope {g} all die out.", "It is time somebody taught {g} a lesson.", "Keep {g} away from our kids."],
    "fr": ["{g} sont de la vermine.", "Je ne supporte pas {g}, ils gâchent tout.", "Il faut foutre dehors {g}.", "{g} sont tous des menteurs et des voleurs.", "Le monde serait mieux sans {g}.",
           "Il faut se débarrasser de tous {g}.", "{g} ne sont pas vraiment des humains.", "Ne faites jamais confiance à {g}, c'est dans leur sang.", "{g}, au zoo !",
           "Franchement {g} c'est une maladie.", "Personne ne veut voir {g} ici, cassez-vous.", "{g} sont trop bêtes pour voter.", "J'espère que {g} vont tous crever.",
           "Il est temps que quelqu'un donne une leçon à {g}.", "Éloignez {g} de nos enfants."],
}
INSULTS = {
    "en": ["idiot", "moron", "clown", "loser", "imbecile", "liar", "cretin", "jerk", "dumbass", "asshole", "piece of shit", "parasite", "fool", "rat"],
    "fr": ["imbécile", "crétin", "clown", "minable", "abruti", "menteur", "débile", "connard", "bouffon", "tocard", "gros con", "parasite", "guignol", "ordure"],
}
AT_SOMEONE = {
    "en": ["You are such a {i}.", "Shut up, {i}.", "Only a {i} could write this.", "The author is a {i}.", "What a {i} you are, really.", "Go away you {i}", "@user {i}!!"],
    "fr": ["Tu es vraiment un {i}.", "Ferme-la, {i}.", "Il faut être un {i} pour écrire ça.", "L'auteur est un {i}.", "Quel {i} tu fais, franchement.", "Dégage {i}", "espèce de {i} !!",
           "t qu'un {i}", "vs etes tous des {i}s"],
}
AT_NOBODY = {
    "en": ["Sorry, I was an {i}, the cable was not plugged in.", "I felt like an {i} when I saw my own mistake.", "He called me an \"{i}\" and nobody reacted, that is not acceptable.",
           "Calling people \"{i}\" will not help the debate.", "In the film he plays an {i} and it is brilliant.", "Please don't write \"{i}\" about other readers.", "The word {i} comes up three times in the book."],
    "fr": ["Désolé, quel {i} je fais, le câble n'était pas branché.", "Je me suis senti {i} en voyant ma propre faute.", "Il m'a traité de « {i} » et personne n'a réagi, ce n'est pas normal.",
           "Traiter les gens de « {i} » n'aide pas le débat.", "Dans le film il joue un {i} et c'est très réussi.", "Merci de ne pas écrire « {i} » à propos des autres lecteurs.", "Le mot {i} revient trois fois dans le livre."],
}
THREATS = {
    "en": ["I know where you live. Watch your back tonight.", "One of these days you will regret this, I promise you.", "I'm going to find you and break your legs.", "You won't see next week.",
           "Keep talking and you will end up in hospital.", "I have your address, see you soon.", "Somebody should put a bullet in you.", "Your kids walk home alone, don't they?",
           "Wait until I catch you outside your office.", "I will burn your house down.", "You and your family will pay for this.", "Next time you won't walk away.", "We will come for you."],
    "fr": ["Je sais où tu habites. Fais attention à toi ce soir.", "Un de ces jours tu vas le regretter, promis.", "Je vais te retrouver et te casser les jambes.", "Tu ne passeras pas la semaine.",
           "Continue à parler et tu finis à l'hôpital.", "J'ai ton adresse, à très vite.", "Quelqu'un devrait te mettre une balle.", "Tes enfants rentrent seuls de l'école, non ?",
           "Attends que je te croise en sortant du bureau.", "Je vais brûler ta maison.", "Toi et ta famille vous allez payer.", "La prochaine fois tu ne repartiras pas debout.", "On va venir te chercher.",
           "jvais te retrouver et tu vas voir", "fais gaffe a toi jsuis pas loin"],
}
IDIOMS = {
    "en": ["This heat is killing me.", "I would kill for a coffee right now.", "My phone died again, what a pain.", "That joke slayed me.", "The team got destroyed last night, well played.", "Break a leg tonight!",
           "My feet are killing me after that hike.", "She killed it on stage.", "I'm dead, that video is hilarious.", "Let's shoot the next scene tomorrow.", "The server was murdered by the traffic.", "This idea deserves to die, let us drop it."],
    "fr": ["Cette chaleur me tue.", "Je tuerais pour un café là.", "Mon téléphone est mort, quelle galère.", "Cette blague m'a achevé.", "L'équipe s'est fait démolir hier, bien joué.", "Merde pour ce soir !",
           "J'ai les pieds en compote, ça me tue.", "Elle a tout déchiré sur scène.", "Je suis morte de rire avec cette vidéo.", "On tourne la prochaine scène demain, ça va tirer.", "C'est tuant ces mises à jour.", "Cette idée mérite d'être enterrée."],
}
CRITICISM = {
    "en": ["Your support never answers, three weeks now, that is unacceptable.", "This article is badly researched and the conclusion is wrong.", "I completely disagree, and here is why.",
           "They are a pain with their jargon.", "The new version is a disaster, give us the old one back.", "Management promised a lot and did nothing.", "What exactly is this job? thanks",
           "Too expensive for what it is.", "I stopped reading after the second paragraph, what nonsense.", "The mayor lied to us and he should resign.", "Where is the download link?", "this bug is driving me crazy, fix it please"],
    "fr": ["Votre SAV ne répond jamais, ça fait trois semaines, c'est inadmissible.", "Article bâclé, et la conclusion est fausse.", "Pas du tout d'accord, et voici pourquoi.",
           "Ils sont pénibles avec leurs termes anglais.", "La nouvelle version est une catastrophe, rendez-nous l'ancienne.", "La direction a beaucoup promis et rien fait.", "C'est quoi au juste ce métier ? merci",
           "Trop cher pour ce que c'est.", "J'ai arrêté au deuxième paragraphe, quel charabia.", "Le maire nous a menti, il doit démissionner.", "Il est où le lien ?", "ce bug me rend fou, corrigez-le svp",
           "c koi ce truc, b1 sur ki l parle", "J'ai toujours eu du mal à comprendre, merci", "mdr l'article, g rien compris", "pk personne repond ??? sa fait 2 jour", "jsuis pas dac mais respect pr le taf"],
}
SPAM_TOPICS = {
    "en": ["viagra", "casino bonus", "payday loans", "replica watches", "crypto signals", "SEO backlinks", "weight loss pills", "hot singles", "cheap essays", "forex robot"],
    "fr": ["viagra pas cher", "bonus casino", "crédit rapide sans justificatif", "montres répliques", "signaux crypto", "backlinks SEO", "pilules minceur", "rencontres coquines", "voyance gratuite", "perte de poids"],
}
SPAM = {
    "en": ["Best {t} here http://example.com click now!!!", "Great post! Visit my site for {t}: http://a.example", "[...] {t} [...] I found this very useful, read more at http://b.example [...]",
           "I earn $500 a day with {t}, write me on telegram", "{t} {t} {t} http://c.example http://d.example", "Nice blog. {t} www.e.example", "Buy {t} online, 50% off today only", "Hello dear, contact me on whatsapp for {t}"],
    "fr": ["Le meilleur {t} ici http://example.com cliquez vite !!!", "Super article ! Venez voir mon site de {t} : http://a.example", "[...] {t} [...] très utile, la suite sur http://b.example [...]",
           "Je gagne 500 € par jour avec {t}, écrivez-moi sur telegram", "{t} {t} {t} http://c.example http://d.example", "Joli blog. {t} www.e.example", "Achetez {t} en ligne, -50 % aujourd'hui seulement",
           "Bonjour, contactez-moi sur whatsapp pour {t}", "Besoin d'argent ? {t} en 24 h, écrire à contact@x.example"],
}
HAM_LINKS = {
    "en": ["I made a small free tool for this, in case it helps: http://tool.example", "The source is here: http://gov.example/report", "[...] Why forums matter [...] an interesting reply on our blog",
           "See also this thread http://forum.example/t/12, same problem.", "The documentation says otherwise: http://docs.example"],
    "fr": ["J'ai fait un petit outil gratuit, si ça peut aider : http://outil.example", "La source est ici : http://gouv.example/rapport", "[...] Pourquoi les forums comptent [...] une réponse intéressante sur notre blog",
           "Voir aussi ce fil http://forum.example/t/12, même souci.", "La documentation dit le contraire : http://docs.example"],
}
SEXUAL = {
    "en": ["Send me nudes baby", "I want to lick you all over", "Looking for a hookup tonight, big cock here", "She got fucked by three guys in that video", "I'd love to feel your tits", "horny girls near you, live sex cam"],
    "fr": ["Envoie-moi des photos nue bébé", "J'ai envie de te lécher partout", "Cherche plan cul ce soir, grosse bite", "Elle se fait baiser par trois mecs dans la vidéo", "J'aimerais toucher tes seins", "filles chaudes près de chez toi, sexe en direct"],
}
NOT_SEXUAL = {
    "en": ["Sex education should start earlier in school.", "The clinic offers free screening for breast cancer.", "The novel was censored for its love scenes.", "Male or female, the pay should be equal."],
    "fr": ["L'éducation sexuelle devrait commencer plus tôt à l'école.", "La clinique propose un dépistage gratuit du cancer du sein.", "Le roman a été censuré pour ses scènes d'amour.", "Homme ou femme, le salaire doit être le même."],
}
EDGES = ["", "", "", "Bonjour, ", "Honnêtement, ", "Well, ", "lol ", "Franchement, ", "Ok. ", "Merci pour l'article. ", "Just read this. "]


def rows(draws: float = 0.5):
    """Gives every templated row, with all labels known save where noted."""
    out = []
    for lang in ("en", "fr"):
        for g in GROUPS[lang]:
            out += [_row(t.format(g=g), lang, {}, draws) for t in HARMLESS[lang]]
            out += [_row(t.format(g=g), lang, {"toxic": 1, "identity_attack": 1}, draws, free=("insult", "severe_toxic", "threat")) for t in HATEFUL[lang]]
        for i in INSULTS[lang]:
            out += [_row(t.format(i=i), lang, {"toxic": 1, "insult": 1}, draws, free=("obscene", "severe_toxic")) for t in AT_SOMEONE[lang]]
            out += [_row(t.format(i=i), lang, {}, draws, free=("obscene",)) for t in AT_NOBODY[lang]]
        out += [_row(t, lang, {"toxic": 1, "threat": 1}, 6 * draws, free=("severe_toxic", "insult")) for t in THREATS[lang]]
        out += [_row(t, lang, {}, 4 * draws) for t in IDIOMS[lang] + CRITICISM[lang] + HAM_LINKS[lang] + NOT_SEXUAL[lang]]
        out += [_row(t, lang, {"sexual": 1}, 6 * draws, free=("toxic", "obscene")) for t in SEXUAL[lang]]
        for topic in SPAM_TOPICS[lang]:
            out += [_row(t.format(t=topic), lang, {"spam": 1}, draws, free=("toxic", "sexual", "obscene")) for t in SPAM[lang]]
    return out


def vary(text: str, rng: random.Random) -> str:
    """Changes what must not matter: an opening, case, the end."""
    text = rng.choice(EDGES) + text
    if rng.random() < 0.25:
        text = text.lower()
    if rng.random() < 0.2:
        text = text.rstrip(".!") + rng.choice(["", " !", "...", " 😡", " 🙂", " ?"])
    return text[:1].upper() + text[1:] if rng.random() < 0.5 else text


def _row(text, lang, positive, draws, free=()):
    row = Row(text, lang, "contrast", draws=draws)
    for label in LABELS:
        if label not in free:
            row.set(label, positive.get(label, 0), 1.0)
    return row
