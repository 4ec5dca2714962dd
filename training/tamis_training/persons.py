"""A sixth series of rows made by rule: people who belong to a group, and what they do.

A comment that names a group mostly tells of somebody's day, not of the group: a neighbour who
repairs a bicycle, a law on who may marry. The same persons, doings and rights stand beside contempt
for them, so that the name alone says nothing. Anger at a deed, a plan or a thing is here too, beside
anger at whoever reads. The tests' sentences are others.
"""

from . import more, talk

# {p} a person of a group, {v} what one does, {x} what anybody may do, {f} food and the like, {b} contempt for one,
# {q} a deed, {k} who did it, {u} a plan or a thing, {m} a blunt word for it, {i} an insult.
SLOTS = {
    "en": {
        "G": talk.SLOTS["en"]["G"] + more.SLOTS["en"]["g"],
        "p": ["my Nigerian neighbour", "a Muslim colleague", "our gay uncle", "the Jewish baker", "a trans friend of mine", "her Moroccan grandmother", "the Roma family across the road", "a deaf student", "my lesbian aunt", "the imam of our town",
              "a black farmer from Kent", "a Syrian refugee", "the rabbi", "an autistic boy in my class", "my Polish plumber", "the Chinese couple downstairs", "a veiled woman", "his Algerian father", "a blind pianist", "my two dads",
              "an old Vietnamese lady", "a Sikh bus driver", "the Pakistani pharmacist", "my disabled sister", "a Mexican cook", "an Arab poet", "a non-binary teacher", "a Turkish barber", "a homeless man", "my bisexual flatmate"],
        "v": ["repaired my bicycle", "taught us a song", "won the chess final", "sings in the choir", "runs the corner shop", "wrote a novel", "just passed the driving test", "coaches the girls' team", "bakes on Sundays", "saved a swimmer last year",
              "plays the cello", "is on the parents' committee", "sold me this coat", "grows tomatoes", "lost the election by three votes", "is in hospital, get well soon", "got married on Saturday", "missed the last bus", "speaks four languages", "hates coriander",
              "retired in June", "asked for the minutes", "voted against", "painted the hall", "laughed until the end"],
        "x": ["take the train", "open a bank account", "vote", "adopt a child", "marry", "build a place to pray", "wear what they like", "work at night", "go swimming", "rent a flat", "serve in the army", "see a doctor", "join the club", "run for mayor",
              "speak their language", "teach in schools", "walk home in peace", "play in the league"],
        "f": ["dumplings", "couscous", "the best bagels", "poetry", "their songs", "a lantern festival", "the end of Ramadan", "Hanukkah", "a street party", "old films", "lamb with apricots", "spring"],
        "b": ["is a parasite like the rest of them", "should be sent back", "stinks up the whole stairwell", "has no business here", "lives off us", "is sick in the head, they all are", "should stay in the gutter", "is not one of us and never will be",
              "ought to be locked away", "is what's wrong with this country", "should not be let near children", "makes me want to spit", "is a disgrace to mankind", "would be better off dead", "takes a job from a real citizen"],
        "q": ["A dreadful attack", "What a horrible crime", "Three dead again", "A child was beaten", "An old man robbed in his bed", "Another stabbing", "Such cruelty", "This massacre", "A rape, and nobody helped", "The fire was lit on purpose"],
        "k": ["the culprit", "the attacker", "whoever did it", "the gunman", "those responsible", "the arsonist", "the rapist", "the thieves"],
        "u": ["this reform", "the mayor's project", "the council's budget", "the ministry's answer", "that rule", "the timetable", "this government's strategy", "the new tariff", "the referee's report", "their manifesto", "the party's line", "the verdict"],
        "m": ["a farce", "stupid", "rubbish", "shameful", "idiotic", "a mess", "a scandal", "insane", "worthless", "pathetic", "brainless", "an insult to workers", "cowardly"],
        "i": more.SLOTS["en"]["i"],
    },
    "fr": {
        "G": talk.SLOTS["fr"]["G"] + more.SLOTS["fr"]["g"],
        "p": ["mon voisin malien", "une collègue musulmane", "notre oncle gay", "le boulanger juif", "une amie trans", "sa grand-mère marocaine", "la famille rom d'en face", "un étudiant sourd", "ma tante lesbienne", "l'imam de la ville",
              "un paysan noir du Gers", "un réfugié syrien", "le rabbin", "un petit garçon autiste", "mon plombier polonais", "le couple chinois du dessous", "une femme voilée", "son père algérien", "une pianiste aveugle", "mes deux papas",
              "une vieille dame vietnamienne", "un chauffeur sikh", "le pharmacien libanais", "ma sœur handicapée", "une cuisinière antillaise", "un poète arabe", "un prof homosexuel", "un coiffeur turc", "un sans-abri", "ma coloc bisexuelle",
              "une Camerounaise de mon immeuble", "un jeune de banlieue", "une infirmière tunisienne", "le curé congolais", "un ami kabyle"],
        "v": ["a réparé mon vélo", "nous a appris une chanson", "a gagné la finale d'échecs", "chante dans la chorale", "tient l'épicerie du coin", "a écrit un roman", "vient d'avoir son permis", "entraîne l'équipe des filles", "fait du pain le dimanche",
              "a sauvé un nageur l'an passé", "joue du violoncelle", "siège au conseil d'école", "m'a vendu ce manteau", "cultive des tomates", "a perdu l'élection de trois voix", "est à l'hôpital, bon courage", "s'est marié samedi", "a raté le dernier bus",
              "parle quatre langues", "déteste la coriandre", "part à la retraite en juin", "a demandé le compte rendu", "a voté contre", "a repeint la salle", "a ri jusqu'à la fin", "a porté plainte", "garde mes enfants", "enseigne la physique"],
        "x": ["prendre le train", "ouvrir un compte", "voter", "adopter un enfant", "se marier", "construire un lieu de prière", "porter ce qui leur plaît", "travailler la nuit", "aller à la piscine", "louer un appartement", "entrer dans l'armée",
              "voir un médecin", "s'inscrire au club", "se présenter à la mairie", "parler leur langue", "enseigner dans nos écoles", "rentrer tranquillement le soir", "jouer en ligue"],
        "f": ["des raviolis", "un bon couscous", "les meilleurs bagels", "de la poésie", "leurs chansons", "la fête des lanternes", "la fin du ramadan", "Hanoucca", "la fête des voisins", "de vieux films", "l'agneau aux abricots", "le printemps"],
        "b": ["est un parasite comme tous les siens", "devrait être renvoyé chez lui", "empeste toute la cage d'escalier", "n'a rien à faire parmi nous", "vit à nos crochets", "est malade dans sa tête, ils le sont tous", "peut rester dans le caniveau",
              "n'est pas des nôtres et ne le sera jamais", "mérite qu'on l'enferme", "c'est tout ce qui ne va pas dans ce pays", "ne devrait pas approcher des enfants", "me donne envie de cracher", "fait honte à l'humanité", "serait mieux mort",
              "prend le travail d'un vrai Français", "pue, comme les autres"],
        "q": ["Une agression épouvantable", "Quel crime ignoble", "Encore trois morts", "Un enfant battu à mort", "Un vieillard volé dans son lit", "Encore un coup de couteau", "Tant de cruauté", "Ce massacre", "Un viol, et personne n'a bougé", "L'incendie était volontaire"],
        "k": ["le coupable", "l'agresseur", "celui qui a fait ça", "le tireur", "les responsables", "l'incendiaire", "le violeur", "les voleurs"],
        "u": ["cette réforme", "le projet de la mairie", "le budget du conseil", "la réponse du ministère", "cette règle", "l'horaire d'été", "la stratégie du gouvernement", "le nouveau tarif", "le rapport de l'arbitre", "leur programme", "la ligne du parti", "le verdict"],
        "m": ["une farce", "stupide", "du grand n'importe quoi", "une honte", "idiot", "un foutoir", "un scandale", "insensé", "sans valeur", "minable", "une insulte aux ouvriers", "lâche", "une connerie", "de la foutaise"],
        "i": more.SLOTS["fr"]["i"],
    },
}

FAMILIES = {
    "en": [
        (*talk.FINE, ["{p} {v}.", "Yesterday {p} {v}.", "Did you know that {p} {v}?", "The story of how {p} {v}.", "In the film {p} {v}, I cried.", "{p} {v}, and so did I.", "It's {p} who {v}.", "I met {p} at the market: {v}.", "Thanks to {p} we had {f}.",
                      "{p} {v} and brought us {f}.", "At the table of {p} there is always {f}.", "{G} celebrate {f} here every year.", "{G} brought us {f}.", "The market is where {G} sell {f}.", "{G} must be able to {x} like you and me.",
                      "Why couldn't {G} {x}?", "It took until 1998 before {G} could {x}.", "In some countries {G} may not {x}, which is unjust.", "The court ruled that {G} may {x}.", "A third of {G} can't {x}, says the report.",
                      "I want {G} to {x} without fear.", "Let {G} {x}, what do you lose?", "As {p} said: {u} is {m}.", "{p} told me that {G} were deported.", "The book follows {p} through the war.", "{G} had to flee twice in that century.", "I am one of {G}, I {x} and nobody minds."]),
        (*talk.HATE, ["{p} {b}.", "{p} {v}, yet {b}.", "Sorry, {p} {b}.", "If you ask me, {p} {b}.", "I looked at {p} and thought: {b}.", "{G} must not be able to {x} like you and me.", "Why on earth should {G} {x}?", "{G} want to {x} now? Over my dead body.",
                      "Stop {G} before they {x}.", "The day {G} can {x} this country is finished.", "Only fools let {G} {x}.", "{G} bring us nothing but dirt and noise.", "It's disgusting that {G} may {x}.", "I don't want {G} to {x}, they should crawl away."]),
        (*talk.FINE, ["{q}. I hope they find {k}.", "{q}. {k} must go to prison for a long time.", "{q}, and {k} got two years. Two!", "{q}. May {k} never walk free again.", "{q}. I'm shaking with anger.", "{k} killed a mother of three; the trial begins today.",
                      "I think {u} is {m}.", "{u} is {m}, vote it down.", "How {m} can {u} get?", "Whoever thought of it: {u} is {m}.", "{u} is {m} and will hurt the poor.", "Kill {u} before it kills us.", "Bury {u}, it is {m}.", "{u}: {m}, and the minister knows it."]),
        (*talk.INSULT, ["{u} is {m}, and so are you, {i}.", "Whoever defends {u} is an {i}.", "You like {u}? Then you are an {i}.", "{q}, and you {i} write about {u}.", "Vote for {u}, {i}, you deserve it.", "Only an {i} like you finds {u} good."]),
    ],
    "fr": [
        (*talk.FINE, ["{p} {v}.", "Hier, {p} {v}.", "Saviez-vous que {p} {v} ?", "L'histoire raconte comment {p} {v}.", "Dans le film {p} {v}, j'ai pleuré.", "{p} {v}, et moi aussi.", "C'est {p} qui {v}.", "On m'a raconté que {p} {v}.", "Avec {p} nous avons fêté {f}.",
                      "{p} {v} et a pensé à {f}.", "Chez {p} il y a toujours {f}.", "{G} fêtent {f} ici chaque année.", "{G} nous ont fait découvrir {f}.", "C'est au marché que {G} vendent {f}.", "{G} doivent pouvoir {x} comme vous et moi.",
                      "Pourquoi {G} ne pourraient-ils pas {x} ?", "Il a fallu attendre 1998 pour que {G} puissent {x}.", "Il y a des pays où {G} n'ont pas le droit de {x}, c'est injuste.", "Le tribunal a jugé que {G} peuvent {x}.", "Un tiers n'arrive pas à {x} parmi {G}, dit le rapport.",
                      "Je veux que {G} puissent {x} sans peur.", "Laissez {G} {x}, qu'est-ce que ça vous coûte ?", "Comme l'a dit {p} : {u}, c'est {m}.", "{p} m'a dit que ses parents avaient été déportés.", "Le livre suit {p} pendant la guerre.", "{G} ont dû fuir deux fois dans ce siècle.", "{p} aimerait {x}, c'est tout."]),
        (*talk.HATE, ["{p} {b}.", "{p} {v}, mais {b}.", "Désolé, {p} {b}.", "Pour moi {p} {b}.", "Je regarde {p} et je me dis : {b}.", "{G} ne doivent pas pouvoir {x} comme vous et moi.", "Et pourquoi {G} devraient-ils {x} ?", "{G} veulent {x} maintenant ? Plutôt mourir.",
                      "Empêchons {G} de {x}.", "Le jour où {G} pourront {x}, c'en est fini du pays.", "Il faut être fou pour laisser {G} {x}.", "{G} ne nous apportent que crasse et bruit.", "C'est écœurant que {G} puissent {x}.", "Je ne veux pas voir {G} {x}, qu'ils retournent dans leur trou."]),
        (*talk.FINE, ["{q}. Qu'on retrouve vite {k}.", "{q}. La prison pour {k}, et longtemps.", "{q}, et deux ans pour {k}. Deux !", "{q}. Que {k} ne ressorte jamais.", "{q}. J'en tremble de colère.", "{k} a tué une mère de trois enfants, le procès s'ouvre aujourd'hui.",
                      "Je trouve que {u}, c'est {m}.", "{u}, c'est {m}, votez contre.", "Qui a pondu {u} ? C'est {m}.", "Franchement {u} c'est {m}.", "{u}, c'est {m}, et les pauvres paieront.", "Tuons {u} avant que ça nous tue.", "Enterrez {u}, c'est {m}.", "{u} : {m}, et la ministre le sait."]),
        (*talk.INSULT, ["{u}, c'est {m}, et toi aussi, {i}.", "Qui défend {u} est un {i}.", "Tu aimes {u} ? Alors tu es un {i}.", "{q}, et toi {i} tu parles de {u}.", "Vote pour {u}, {i}, tu l'auras voulu.", "Faut être un {i} comme toi pour aimer {u}."]),
    ],
}


def rows(draws: float, seed: int = 41):
    """Gives the rows of these families, as `more.rows` does, but more a frame: persons and doings are many."""
    return more.made(FAMILIES, SLOTS, draws, seed, most=60)
