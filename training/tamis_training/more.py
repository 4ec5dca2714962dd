"""More rows made by rule: frames with several slots, so that few lines give many sentences.

Each family holds both sides of one difference: what a reader would stop, and what
looks like it and is fine. The tests' sentences are others and are kept elsewhere.
"""

import itertools
import random

from .data import LABELS, Row

# {g} a group in the plural, {p} one person of it, {t} a thing, {a} a blunt adjective for
# things, {i} an insult, {w} a when or where, {v} what is threatened, {n} a neutral doing.
SLOTS = {
    "en": {
        "g": ["Muslims", "Jews", "black people", "gays", "lesbians", "trans women", "immigrants", "refugees", "women", "disabled people", "Arabs", "Mexicans", "Asians",
              "Roma people", "Catholics", "old people", "Indians", "Pakistanis", "Nigerians", "bisexuals", "blind people", "fat people", "foreigners", "Africans", "Latinos"],
        "p": ["a Muslim", "a Jew", "a black man", "a gay man", "a lesbian", "a trans woman", "an immigrant", "a refugee", "a woman", "a disabled man", "an Arab", "a Mexican",
              "a Chinese woman", "a Roma boy", "a Catholic", "a pensioner", "a wheelchair user", "a Pakistani", "a deaf girl", "an autistic man", "a Hindu", "a Sikh"],
        "t": ["this idea", "your argument", "this article", "the new layout", "that decision", "the update", "this law", "the ending", "the film", "your comment", "this code",
              "the headline", "the whole plan", "the interface", "the referee's call", "that reasoning", "the menu", "this tax", "their marketing"],
        "a": ["stupid", "idiotic", "dumb", "ridiculous", "rubbish", "garbage", "pathetic", "absurd", "a joke", "nonsense", "crap", "terrible", "moronic", "a disaster", "lame"],
        "i": ["idiot", "moron", "loser", "imbecile", "scumbag", "clown", "dimwit", "bastard", "retard", "asshole", "dickhead", "pig", "bitch", "coward", "waste of space"],
        "w": ["tonight", "tomorrow", "when you leave work", "after school", "before the weekend", "one day", "sooner than you think", "in front of your house", "at the station", "when you least expect it"],
        "v": ["break your jaw", "slit your throat", "put you in the ground", "make you bleed", "smash your face", "end you", "cut you", "hurt your family", "set your car on fire", "kick your teeth in", "run you over"],
        "n": ["bring you the book", "call you back", "send you the file", "pick up the kids", "fix the bug", "read it again", "answer your mail", "bake a cake", "water the plants", "upload the photos"],
        "d": ["lazy", "dirty", "dangerous", "ugly", "greedy", "violent", "uneducated", "sneaky", "backward", "worthless", "inferior", "subhuman", "filthy", "untrustworthy", "primitive", "retarded"],
        "k": ["hard-working", "generous", "funny", "brave", "as different as anyone", "under-represented", "badly paid", "welcome here", "tired of clichés", "good neighbours", "often ignored", "citizens like you and me"],
        "o": ["printer", "bus", "phone", "laptop", "washing machine", "weather", "traffic", "website", "alarm clock", "vending machine", "fridge", "form", "password page", "bike lock"],
        "s": ["porn", "blowjob", "anal sex", "naked pics", "cumshot", "threesome", "big tits", "wet pussy", "hard cock", "webcam girls", "sex chat", "hookup"],
    },
    "fr": {
        "g": ["les musulmans", "les juifs", "les noirs", "les gays", "les lesbiennes", "les trans", "les immigrés", "les réfugiés", "les femmes", "les handicapés", "les Arabes", "les Maghrébins",
              "les Chinois", "les Roms", "les catholiques", "les retraités", "les étrangers", "les Africains", "les migrants", "les aveugles", "les gros", "les Turcs", "les Algériens", "les Antillais"],
        "p": ["un musulman", "une juive", "un noir", "un homosexuel", "une lesbienne", "une femme trans", "un immigré", "une réfugiée", "une femme", "un handicapé", "un Arabe", "une Algérienne",
              "un Chinois", "un Rom", "un catholique", "une retraitée", "un sourd", "une femme voilée", "un autiste", "un Africain", "une Marocaine", "un Portugais"],
        "t": ["cette idée", "ton argument", "cet article", "la nouvelle version", "cette décision", "la mise à jour", "cette loi", "la fin du film", "ce film", "votre commentaire", "ce code",
              "ce titre", "tout ce projet", "l'interface", "l'arbitrage", "ce raisonnement", "la carte du restaurant", "cette taxe", "leur pub"],
        "a": ["stupide", "idiot", "débile", "ridicule", "nul", "à jeter", "pitoyable", "absurde", "une blague", "n'importe quoi", "de la merde", "lamentable", "con", "une catastrophe", "à chier"],
        "i": ["idiot", "abruti", "connard", "crétin", "gros con", "salope", "pauvre type", "bouffon", "enculé", "débile", "fils de pute", "tocard", "lâche", "merdeux", "sale porc", "trou du cul"],
        "w": ["ce soir", "demain", "à la sortie du travail", "après les cours", "avant le week-end", "un de ces jours", "plus vite que tu ne crois", "devant chez toi", "à la gare", "quand tu t'y attendras le moins"],
        "v": ["te casser la mâchoire", "t'égorger", "t'enterrer", "te faire saigner", "te défoncer la gueule", "te crever", "te planter", "m'en prendre à ta famille", "brûler ta voiture", "te faire la peau", "te rouler dessus"],
        "n": ["te rapporter le livre", "te rappeler", "t'envoyer le fichier", "chercher les enfants", "corriger le bug", "le relire", "répondre à ton mail", "faire un gâteau", "arroser les plantes", "mettre les photos en ligne"],
        "d": ["paresseux", "sales", "dangereux", "moches", "radins", "violents", "incultes", "fourbes", "arriérés", "inutiles", "inférieurs", "des sous-hommes", "crasseux", "pas fiables", "primitifs", "débiles", "des assistés", "des délinquants"],
        "k": ["travailleurs", "généreux", "drôles", "courageux", "aussi différents que n'importe qui", "trop peu représentés", "mal payés", "les bienvenus ici", "fatigués des clichés", "de bons voisins", "souvent oubliés", "des citoyens comme vous et moi"],
        "o": ["imprimante", "voiture", "appli", "machine à laver", "météo", "circulation", "page d'accueil", "machine à café", "serrure", "chaudière", "box internet", "borne de recharge"],
        "s": ["porno", "pipe", "sodomie", "photos à poil", "éjac", "plan à trois", "gros nichons", "chatte mouillée", "bite dure", "filles en cam", "sexe en direct", "plan cul"],
    },
}
# (labels that are true, labels left open, frames)
FAMILIES = {
    "en": [
        ((), (), ["{p} moved in next door and helped us with the boxes.", "My boss is {p} and she is the best I ever had.", "I am {p}, ask me anything.", "What is it like to be {p} in a small town?",
                  "Yesterday {p} won the chess tournament.", "The character is {p} who becomes a surgeon.", "{p} was attacked in the metro, I hope they find who did it.", "Two candidates: {p} and a farmer."]),
        ((), (), ["I have no problem with {g}.", "{g} pay taxes like everybody else.", "Nobody asked {g} what they think.", "It is wrong to blame {g} for this.", "People who hate {g} disgust me.", "\"Get rid of {g}\", he wrote. Please remove his post.",
                  "Are {g} allowed to vote there?", "{g} have opened a bakery on the square.", "They claimed {g} are criminals; the figures say the opposite.", "More {g} in parliament would do us good.", "I'd never say {g} don't belong here.",
                  "The hospital hired {g} and nobody complained.", "Violence against {g} has doubled in ten years."]),
        (("toxic", "identity_attack"), ("insult", "severe_toxic", "threat", "obscene"), ["{g} don't belong here.", "Get rid of {g}.", "{g} make me sick.", "{g} are criminals, all of them.", "I would never hire {p}, they are lazy.", "{g} should not have the right to vote.",
                  "Typical of {g}: dirty and loud.", "We should lock up {g}.", "{g} are animals and should be treated so.", "If you see {p}, spit.", "God hates {g}.", "Ban {g} from our schools.", "{g} have no place in a civilised country.", "You can smell {g} from afar.", "Send {g} back where they came from.",
                  "{g} only come here to steal.", "A good one of {g} is a dead one."]),
        ((), (), ["{t} is {a}.", "Sorry but {t} is {a}, and here is why.", "I find {t} {a}, really.", "Who approved this? {t} is {a}.", "{t} is {a}!!!", "Is it just me or {t} is {a}?"]),
        (("toxic", "insult"), ("obscene", "severe_toxic", "identity_attack", "sexual"), ["You {i}.", "You're {t}'s biggest {i}.", "go to hell {i}", "{i}, nobody asked you", "What an {i} the author is", "Look at this {i} crying again", "Your mother must be ashamed, {i}.", "listen {i}, you know nothing",
                  "stupid {i}", "only an {i} would think so", "the mayor is an {i} and so are you", "Delete your account, {i}", "Everyone here knows you are an {i}."]),
        ((), ("obscene",), ["I was such an {i} to believe it, my fault.", "I am an {i}, I forgot the attachment.", "\"{i}\" is what he called me, please moderate.", "Do not call anyone an {i} here.", "My brother jokingly calls himself an {i}.", "In chapter two the {i} turns out to be a hero.",
                  "He was called \"{i}\" for years at school.", "Sorry, my mistake, I read it wrong like an {i}."]),
        (("toxic", "threat"), ("severe_toxic", "insult", "obscene"), ["I will {v} {w}.", "I swear I'm going to {v}.", "{w} we {v}, count on it.", "Say that again and I {v}.", "You better hide, I'll {v} {w}.", "I know your street. I'll be there {w}.", "You will be found {w}, nobody will help you.",
                  "Sleep well, I'll come {w}.", "I have your name and your school. See you {w}.", "My friends and I are waiting for you {w}.", "Your daughter takes the bus alone. Think about it.", "Enjoy your last days."]),
        ((), (), ["I will {n} {w}.", "I'm going to {n}, promise.", "{w} we {n}, count on it.", "I know your street, lovely bakery there.", "See you {w}!", "My friends and I are waiting for you {w} with the cake.", "I'd kill for one of those.", "I nearly died laughing.", "That workout murdered my legs.",
                  "He will be missed, rest in peace.", "They killed the feature {w}.", "The plot twist killed me.", "You're killing it, great work!", "shoot me a message {w}"]),
        (("toxic", "identity_attack"), ("insult", "severe_toxic", "threat", "obscene"), ["{g} are {d}.", "All {g} I ever met were {d}.", "Why are {g} always so {d}?", "Why do we even let {g} in?", "Is anybody surprised that {g} are {d}?", "I can't stand {g}.", "I despise {g} with all my heart.", "I hate {g}, they are {d}.",
                  "It's a fact that {g} are {d}.", "Have you noticed how {d} {g} are?", "{p} will always be {d}, that is how they are.", "They are {d}, those {g}, and always will be.", "{g} run the media and the banks.", "{g} want to replace us.", "{g} are behind all of this, as usual.", "We were better off without {g}.",
                  "Who would want {p} in the family?", "{g} breed like rabbits.", "When will somebody finally do something about {g}?", "If it was up to me {g} would be gone tomorrow.", "{g} deserve what they get.", "No {g} in my building, thank you.", "{g} don't deserve any help.", "I would not shed a tear for {g}."]),
        ((), ("obscene",), ["{g} are {k}.", "Why are {g} so seldom asked?", "Why are {g} never shown as {k}?", "I love that {g} here are {k}.", "\"{g} are {d}\": whoever writes this should be banned.", "Stop saying that {g} are {d}, it is not true.", "He told me {g} are {d}. I left the table.", "It is racist to say that {g} are {d}.",
                  "Nobody has the right to call {g} {d}.", "The pamphlet claimed that {g} are {d}; historians have shown the contrary.", "Not all {g} are the same, and none of them is {d} by nature.", "When you write that {g} are {d}, you hurt people.", "I was told I am {d} because I am {p}.", "As {p} I hear every week that {g} are {d}. Enough.",
                  "My grandmother used to say {g} are {d}; she was wrong.", "Posts such as \"get out, {g}\" must be removed.", "I report this comment: it calls {g} {d}.", "They do not hate {g}, they are {g} themselves."]),
        ((), ("obscene",), ["This fucking {o} again.", "The damn {o} ate my evening.", "I hate this {o}.", "What a piece of junk, that {o}.", "I want to throw the {o} out of the window.", "Stupid {o}, stupid me.", "My {o} is an idiot.", "Kill it, that {o} is beyond repair.", "Die already, you old {o}.",
                  "I feel so stupid, I left the {o} on.", "I am useless with a {o}.", "I could slap myself for buying that {o}.", "What a loser I am, forgot the {o} again.", "I was an ass yesterday, sorry everybody.", "Silly me, I clicked twice.", "I made a fool of myself at the meeting.",
                  "She wrote \"you {i}\" to a trainee; that is bullying.", "Is \"{i}\" allowed on this forum? I don't think so.", "He shouted {i} at the referee and was sent off.", "The headline reads \"{i} of the year\", in bad taste.", "An insult such as {i} says more about the one who uses it.", "Why was I called {i} when I only asked a question?"]),
        (("sexual",), ("toxic", "obscene", "spam", "insult", "severe_toxic"), ["{s} {s} all night long", "watch {s} here", "who wants {s} with me", "I dream of {s} with you baby", "send {s}", "free {s} no registration", "she gave me a {s} and I loved it"]),
    ],
    "fr": [
        ((), (), ["{p} s'est installé à côté et nous a aidés pour les cartons.", "Mon chef, c'est {p}, le meilleur que j'aie eu.", "Je suis {p}, posez vos questions.", "C'est comment d'être {p} dans un petit village ?",
                  "Hier {p} a gagné le tournoi d'échecs.", "Le personnage est {p} qui devient chirurgien.", "{p} a été agressé dans le métro, j'espère qu'on les retrouvera.", "Deux candidats : {p} et un agriculteur."]),
        ((), (), ["Je n'ai aucun problème avec {g}.", "{g} paient des impôts comme tout le monde.", "Personne n'a demandé l'avis à {g}.", "C'est injuste d'accuser {g}.", "Ceux qui détestent {g} me dégoûtent.", "« Dehors {g} », a-t-il écrit. Merci de supprimer son message.",
                  "Est-ce que {g} ont le droit de vote là-bas ?", "{g} ont ouvert une boulangerie sur la place.", "On prétend que {g} sont des voleurs, les chiffres disent le contraire.", "Plus de place pour {g} au parlement, ce serait bien.",
                  "Je ne dirais jamais que {g} n'ont rien à faire ici.", "L'hôpital a embauché {g} et personne ne s'est plaint.", "Les violences contre {g} ont doublé en dix ans.", "jvois pas le pb avec {g}"]),
        (("toxic", "identity_attack"), ("insult", "severe_toxic", "threat", "obscene"), ["{g} n'ont rien à faire ici.", "Dehors {g} !", "{g} me dégoûtent.", "{g} sont des voleurs, tous.", "Je n'embaucherais jamais {p}, c'est feignant.", "{g} ne devraient pas avoir le droit de vote.",
                  "Typique, {g} : sales et bruyants.", "Il faudrait enfermer {g}.", "{g} sont des animaux, il faut les traiter comme tels.", "Si tu croises {p}, crache.", "Dieu déteste {g}.", "Pas de ça dans nos écoles, {g}.", "{g} n'ont pas leur place dans un pays civilisé.",
                  "On sent {g} à dix mètres.", "Qu'on renvoie {g} d'où ils viennent.", "{g} ne viennent que pour profiter.", "y en a marre de {g}, qu'ils dégagent", "{g} = parasites"]),
        ((), (), ["{t}, c'est {a}.", "Désolé mais {t} c'est {a}, et voilà pourquoi.", "Je trouve {t} {a}, vraiment.", "Qui a validé ça ? {t}, {a}.", "{t} c'est {a} !!!", "C'est moi ou {t} est {a} ?", "franchement {t} c {a}"]),
        (("toxic", "insult"), ("obscene", "severe_toxic", "identity_attack", "sexual"), ["{i} va.", "T'es qu'un {i}.", "va te faire voir {i}", "{i}, on t'a pas sonné", "Quel {i} cet auteur", "Regarde-moi ce {i} qui pleure encore", "Ta mère doit avoir honte, {i}.", "écoute {i}, tu connais rien",
                  "pauvre {i}", "faut être {i} pour croire ça", "le maire est un {i} et toi aussi", "Supprime ton compte, {i}", "tout le monde sait que t'es un {i}", "ferme ta gueule {i}", "bande de {i}s", "espèce d'{i}", "sale {i}", "mais quel {i} lui", "ntm {i}"]),
        ((), ("obscene",), ["J'ai été {i} de le croire, c'est ma faute.", "Je suis un {i}, j'ai oublié la pièce jointe.", "« {i} », voilà comment il m'a appelé, merci de modérer.", "On ne traite personne de {i} ici.", "Mon frère se traite lui-même de {i} pour rire.", "Au chapitre deux le {i} devient un héros.",
                  "On l'a appelé « {i} » pendant des années à l'école.", "Pardon, mon erreur, j'ai lu comme un {i}."]),
        (("toxic", "threat"), ("severe_toxic", "insult", "obscene"), ["Je vais {v} {w}.", "Je te jure que je vais {v}.", "{w} on va {v}, compte dessus.", "Redis ça et je vais {v}.", "Cache-toi, je vais {v} {w}.", "Je connais ta rue. J'y serai {w}.", "On te trouvera {w}, personne ne t'aidera.",
                  "Dors bien, j'arrive {w}.", "J'ai ton nom et ton école. À {w}.", "Mes potes et moi on t'attend {w}.", "Ta fille prend le bus toute seule. Réfléchis.", "Profite de tes derniers jours.", "jvais {v} {w} tu vas voir", "on sait ou tu crèches"]),
        ((), (), ["Je vais {n} {w}.", "Je te jure que je vais {n}.", "{w} on va {n}, compte dessus.", "Je connais ta rue, il y a une bonne boulangerie.", "À {w} !", "Mes potes et moi on t'attend {w} avec le gâteau.", "Je tuerais pour en avoir un.", "J'ai failli mourir de rire.", "Cette séance m'a tué les jambes.",
                  "Il va nous manquer, qu'il repose en paix.", "Ils ont tué la fonction {w}.", "La fin m'a tuée.", "Tu déchires, super travail !", "Ça va chauffer {w} au marché, il fait 38 !"]),
        (("toxic", "identity_attack"), ("insult", "severe_toxic", "threat", "obscene"), ["{g} sont {d}.", "{g} que j'ai croisés étaient tous {d}.", "Pourquoi {g} sont toujours aussi {d} ?", "Pourquoi on laisse encore entrer {g} ?", "Ça étonne quelqu'un que {g} soient {d} ?", "Je ne supporte pas {g}.", "Je méprise {g} du fond du cœur.", "Je hais {g}, ils sont {d}.", "Je déteste {g}.",
                  "C'est un fait, {g} sont {d}.", "Vous avez remarqué comme {g} sont {d} ?", "{p} restera toujours {p}, on ne les changera pas, ils sont {d}.", "Ils sont {d}, {g}, et ça ne changera jamais.", "{g} tiennent les médias et les banques.", "{g} veulent nous remplacer.", "Derrière tout ça, comme d'habitude, {g}.", "On vivait mieux sans {g}.",
                  "Qui voudrait {p} dans sa famille ?", "{g} se reproduisent comme des lapins.", "Quand est-ce que quelqu'un fera enfin quelque chose contre {g} ?", "Si ça ne tenait qu'à moi, {g} auraient disparu demain.", "{g} n'ont que ce qu'ils méritent.", "Pas de ça dans mon immeuble, {g}.", "{g} ne méritent aucune aide.", "Je ne verserai pas une larme pour {g}.", "toujours les memes, {g}, des {d}"]),
        ((), ("obscene",), ["{g} sont {k}.", "Pourquoi {g} sont si rarement interrogés ?", "Pourquoi ne montre-t-on jamais que {g} sont {k} ?", "Ce que j'aime ici, c'est que {g} sont {k}.", "« {g} sont {d} » : celui qui écrit ça mérite d'être banni.", "Arrêtez de dire que {g} sont {d}, c'est faux.", "Il m'a sorti que {g} sont {d}. J'ai quitté la table.", "C'est raciste de dire que {g} sont {d}.",
                  "Personne n'a le droit de traiter {g} comme s'ils étaient {d}.", "Le tract prétendait que {g} sont {d} ; les historiens ont montré le contraire.", "Tous ne se ressemblent pas parmi {g}, et personne n'est {d} par nature.", "Quand vous écrivez que {g} sont {d}, vous blessez des gens.", "On m'a refusé l'appartement parce que je suis {p}.", "Je suis {p} et j'entends chaque semaine que {g} sont {d}. Ça suffit.",
                  "Ma grand-mère disait que {g} sont {d} ; elle se trompait.", "Les messages du genre « dehors {g} » doivent disparaître.", "Je signale ce commentaire : il dit que {g} sont {d}.", "Ils ne détestent pas {g}, ils en font partie."]),
        ((), ("obscene",), ["Putain de {o}, encore en panne.", "Foutue {o}, elle m'a bouffé ma soirée.", "Je déteste cette {o}.", "Quelle merde, cette {o}.", "J'ai envie de jeter la {o} par la fenêtre.", "Connerie de {o}, et moi qui insiste.", "Ma {o} est complètement débile.", "Achevez-la, cette {o} est foutue.", "Crève, vieille {o}.",
                  "Je me sens bête, j'ai laissé la {o} allumée.", "Je suis nul avec une {o}.", "Je me giflerais d'avoir acheté cette {o}.", "Quel boulet je suis, j'ai encore oublié la {o}.", "J'ai été con hier, pardon à tous.", "Suis-je bête, j'ai cliqué deux fois.", "Je me suis ridiculisé à la réunion.",
                  "Elle a écrit « {i} » à une stagiaire, c'est du harcèlement.", "« {i} », c'est permis sur ce forum ? Je ne crois pas.", "Il a crié {i} à l'arbitre et il a été expulsé.", "Le titre dit « {i} de l'année », c'est de mauvais goût.", "Une insulte comme {i} en dit plus sur celui qui l'écrit.", "Pourquoi on m'a traité de {i} alors que je posais une question ?"]),
        (("sexual",), ("toxic", "obscene", "spam", "insult", "severe_toxic"), ["{s} {s} toute la nuit", "regarde {s} ici", "qui veut {s} avec moi", "je rêve de {s} avec toi bébé", "envoie {s}", "{s} gratuit sans inscription", "elle m'a fait une {s}, j'ai adoré"]),
    ],
}
MOST = 24  # sentences a frame


def rows(draws: float, seed: int = 11):
    """Gives the rows of this series."""
    return made(FAMILIES, SLOTS, draws, seed)


def made(all_families, all_slots, draws: float, seed: int, most: int = MOST):
    """Gives up to most sentences a frame, drawn over its slots, with all labels known save the open ones."""
    rng = random.Random(seed)
    out = []
    for lang, families in all_families.items():
        for true, open_, frames in families:
            for frame in frames:
                filled = _fill(frame, all_slots[lang], rng, most)
                share = draws * (1 if len(filled) > 3 else 6 / len(filled))
                out += [_row(text, lang, true, open_, share) for text in filled]
    return out


def _fill(frame, slots, rng, most):
    used = [s for s in slots if "{" + s + "}" in frame]
    combos = list(itertools.product(*(slots[s] for s in used)))
    rng.shuffle(combos)
    return sorted({frame.format(**dict(zip(used, c))) for c in combos[:most]})


def _row(text, lang, true, open_, draws):
    row = Row(text[:1].upper() + text[1:], lang, "contrast", draws=draws)
    for label in LABELS:
        if label not in open_:
            row.set(label, float(label in true), 1.0)
    return row
