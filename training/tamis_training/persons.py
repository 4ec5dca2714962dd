"""A sixth series of rows made by rule: people who belong to a group, and what they do.

A comment that names a group mostly tells of somebody's day, not of the group: a neighbour who
repairs a bicycle, a law on who may marry. The same persons, doings and rights stand beside contempt
for them, so that the name alone says nothing. Anger at a deed, a plan or a thing is here too, beside
anger at whoever reads; people in public, of whom one may say that they lie but not that they should
rot; and threats that only say what somebody knows. The tests' sentences are others.
"""

from . import more, talk

# {p} a person of a group, {v} what one does, {x} what anybody may do, {f} food and the like, {b} contempt for one,
# {q} a deed, {k} who did it, {u} a plan or a thing, {m} a blunt word for it, {i} an insult, {r} somebody in public, {R} several,
# {e} contempt for one, {E} for several, {d} what is laid to their charge, {z} where somebody can be found, {w} when, {t} a threat,
# {h} what has no brain.
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
        "r": ["the minister", "this mayor", "the referee", "the presenter", "that actress", "the senator", "the headmaster", "my boss", "this streamer", "the goalkeeper", "the author of this thread", "Johnson", "the coach", "the columnist"],
        "R": ["the admins", "the cops", "journalists", "the members of parliament", "the teachers here", "streamers", "the bosses", "their fans", "the sales people", "the ticket inspectors", "the editors", "politicians"],
        "e": ["a filthy swine", "a crook and a halfwit", "a piece of shit", "a fat pig", "a spineless worm", "human garbage", "a sad little bitch", "dumber than a bag of rocks", "a waste of oxygen", "a vile old witch"],
        "E": ["little shits", "a bunch of morons", "maggots", "corrupt pigs", "worthless scum", "brainless sheep", "frustrated losers", "a gang of retards", "dumb as rocks", "human garbage"],
        "d": ["lied to us", "never answers", "did a poor job", "broke every promise", "was terrible last night", "understands nothing of the matter", "should step down", "wasted our money", "ignored the report", "took the wrong decision"],
        "z": ["what time you leave the gym", "where your sister works", "the colour of your door", "the code of your building", "which school your son goes to", "where you park", "the road you take at night", "your real name", "who walks your dog"],
        "w": more.SLOTS["en"]["w"],
        "t": more.SLOTS["en"]["v"],
        "h": ["a cabbage", "a brick", "a wet sponge", "an amoeba", "a boiled potato", "a doormat", "a dead battery", "a jar of mayonnaise", "an empty bucket"],
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
        "r": ["le ministre", "ce maire", "l'arbitre", "le présentateur", "cette actrice", "la députée", "le proviseur", "mon patron", "ce youtubeur", "le gardien de but", "l'auteur de ce fil", "Martin", "l'entraîneur", "la présidente", "ce chroniqueur"],
        "R": ["les admins", "les flics", "les journalistes", "les députés", "les profs d'ici", "les streamers", "les patrons", "leurs fans", "les vendeurs", "les contrôleurs", "les modérateurs", "les politiques", "les rédacteurs"],
        "e": ["une belle ordure", "un escroc doublé d'un demeuré", "une merde", "un gros porc", "un vendu et un minable", "un déchet", "une sous-merde", "plus bête que ses pieds", "bon à jeter aux chiens", "une raclure", "un sale type à vomir"],
        "E": ["des petites merdes", "des incapables et des pourris", "des larves", "une bande d'abrutis", "de la racaille", "des gros porcs", "des moutons sans cervelle", "des ratés aigris", "des sous-merdes", "des fils de pute", "cons comme des balais"],
        "d": ["nous a menti", "ne répond jamais", "a mal fait son travail", "n'a tenu aucune promesse", "a été mauvais hier soir", "ne comprend rien au dossier", "doit partir", "a gaspillé notre argent", "a ignoré le rapport", "a pris la mauvaise décision"],
        "z": ["à quelle heure tu sors de la salle", "où bosse ta sœur", "la couleur de ta porte", "le code de ton immeuble", "dans quelle école est ton fils", "où tu te gares", "par où tu passes le soir", "ton vrai nom", "qui promène ton chien"],
        "w": more.SLOTS["fr"]["w"],
        "t": more.SLOTS["fr"]["v"],
        "h": ["d'un bulot", "d'une brique", "d'une éponge", "d'un poulet rôti", "d'une patate bouillie", "d'un paillasson", "d'une pile vide", "d'un pot de moutarde", "d'un seau vide", "d'un navet"],
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
        (*talk.INSULT, ["{r} is {e}.", "{r} is {e}, may he rot.", "What can you expect, {r} is {e}.", "{R} are {E}.", "All of them, {R}, {E}.", "I hope {r} chokes on it, {e}.", "{r} {d}, {e} that he is.", "As always {R} prove that they are {E}.", "Drop dead, {r}.", "Who asked {r}? {e}, nothing more.",
                        "You've got the brains of {h}.", "I've seen {h} with more sense than you.", "Arguing with you is like talking to {h}, {i}.", "Your IQ is that of {h}.", "Even {h} would write better than you, {i}."]),
        (*talk.FINE, ["{r} {d}.", "{r} {d}, again.", "If {r} {d}, we have a right to know.", "I'm angry: {r} {d}.", "We are tired of it, {r} {d}.", "{R} ought to answer faster.", "{R} got it wrong this time.", "I don't believe a word {r} says.", "{R} should read the report first.", "Why do {R} never reply?",
                      "Vote {r} out.", "{r} was wrong and said so, respect.", "I rarely agree with {r}, today I do.", "There's {h} on the kitchen table.", "My lunch was {h}, more or less.", "I tripped over {h}."]),
        (*talk.THREAT, ["I know {z}. Be careful.", "I know {z}, we'll talk {w}.", "Funny, I found out {z}.", "Guess who knows {z}.", "One more word and I {t}.", "Write that once more and I'll {t}.", "Delete it or I'll {t}.", "Don't think I won't {t}.", "I found out {z}, so be quiet.", "Nobody will hear you scream.",
                        "I have all night to think of what I'll do to you.", "You'll beg me to stop.", "I want to watch you suffer, slowly.", "I can't wait to {t} {w}."]),
        (*talk.FINE, ["Do you know {z}?", "Tell me {z} and I'll pick you up {w}.", "I forgot {z}, sorry.", "One more word and I stop reading.", "Write that once more and I'll explain it again.", "Delete it, it's there twice.", "You asked for {z}, I don't know it.", "I can't wait to see you {w}.", "Don't think I won't come {w}!"]),
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
        (*talk.INSULT, ["{r} est {e}.", "{r} est {e}, qu'on l'enterre.", "{r}, c'est {e}.", "Qu'attendre de lui, {r} est {e}.", "{R}, c'est {E}.", "{R}, tous {E}.", "J'espère que {r} va s'étouffer, {e}.", "{r} {d}, c'est {e}.", "Comme toujours {R} montrent que c'est {E}.", "Crève, {r}.", "Qui a sonné {r} ? {e}, rien d'autre.",
                        "T'as la cervelle {h}.", "T'as le cerveau {h} et ça se voit.", "Parler avec toi c'est parler à la tête {h}, {i}.", "Ton intelligence, c'est celle {h}.", "T'as autant d'esprit que la tête {h}, {i}."]),
        (*talk.FINE, ["{r} {d}.", "{r} {d}, encore une fois.", "Si {r} {d}, on a le droit de le savoir.", "Je suis en colère : {r} {d}.", "On en a assez, {r} {d}.", "{R} devraient répondre plus vite.", "{R} se sont trompés cette fois.", "Je ne crois pas un mot de ce que dit {r}.", "{R} feraient bien de lire le rapport.", "Pourquoi {R} ne répondent-ils jamais ?",
                      "Votez contre {r}.", "{r} a reconnu son erreur, respect.", "Je suis rarement d'accord avec {r}, aujourd'hui si.", "La photo {h} a gagné le concours.", "Il reste la moitié {h} au frigo.", "Il me faut le poids {h} pour la recette."]),
        (*talk.COARSE, ["mdr t'es con, j'adore", "T'es con mdr, j'en pleure de rire", "Putain t'es bête mais t'es drôle", "t'es trop con ptdr, continue", "mais quel con ce {r} mdr, je l'adore", "J'ai ri comme un con devant {u}", "Ça fait chier pour {u} mais bon", "Fait chier, j'ai raté {f}", "Putain {f}, quel bonheur"]),
        (*talk.THREAT, ["Je sais {z}. Sois prudent.", "Je sais {z}, on en parle {w}.", "C'est drôle, j'ai trouvé {z}.", "Devine qui sait {z}.", "Encore un mot et je vais {t}.", "Réécris ça et je vais {t}.", "Efface ou je vais {t}.", "Crois pas que je vais pas {t}.", "jsais {z}, tiens-toi tranquille", "Personne ne t'entendra crier.",
                        "J'ai toute la nuit pour penser à ce que je te ferai.", "Tu me supplieras d'arrêter.", "Je veux te voir souffrir, lentement.", "J'ai hâte de {t} {w}."]),
        (*talk.FINE, ["Tu sais {z} ?", "Dis-moi {z} et je passe te prendre {w}.", "J'ai oublié {z}, pardon.", "Encore un mot et j'arrête de lire.", "Réécris ça et je t'explique mieux.", "Efface, c'est en double.", "Tu m'as demandé {z}, je n'en sais rien.", "J'ai hâte de te voir {w}.", "Crois pas que je vais pas venir {w} !"]),
    ],
}


def rows(draws: float, seed: int = 41):
    """Gives the rows of these families, as `more.rows` does, but more a frame: persons and doings are many."""
    return more.made(FAMILIES, SLOTS, draws, seed, most=60)
