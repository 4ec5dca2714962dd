"""A fourth series of rows made by rule: people who speak to one another.

French annotated for insults is full of "tu" and of first names, and the harmless French
beside it is not: without these rows a greeting among friends is taken for an insult. What
is said of the other tells, hence the insults with the same words around them. The tests'
sentences are others.
"""

from . import more

# {n} a first name, {x} praise, {o} a thing that is talked of, {w} when, {i} an insult.
SLOTS = {
    "fr": {
        "n": ["Alice", "Amina", "Antoine", "Aurélie", "Camille", "Chloé", "Claire", "David", "Émilie", "Fatou", "François", "Hugo", "Inès", "Jean", "Jérôme", "Julie", "Karim", "Laurent",
              "Léa", "Lucas", "Manon", "Mathieu", "Mehdi", "Michel", "Nadia", "Nicolas", "Olivier", "Pierre", "Rachid", "Sarah", "Thomas", "Yasmine", "Yves", "Dédé", "Jojo", "Titi"],
        "x": ["super", "adorable", "un amour", "trop forte", "au top", "très drôle", "d'une patience rare", "une perle", "un vrai pro", "formidable", "brillant", "la meilleure", "en or", "un as"],
        "o": ["la réunion", "le match", "la vidéo", "ce film", "la mise à jour", "le tuto", "cette recette", "le concert", "ton dossier", "la vaisselle", "le train de 8 h", "ce fil", "la photo", "l'examen"],
        "w": ["ce soir", "demain", "hier", "lundi", "tout à l'heure", "cet été", "la semaine prochaine", "à midi", "dimanche", "ce week-end"],
        "i": ["un abruti", "un crétin", "une ordure", "un minable", "une merde", "un pauvre type", "un raté", "une cruche", "un blaireau", "un guignol", "un parasite", "une tache", "un bouffon", "débile", "à vomir", "un déchet"],
    },
    "en": {
        "n": ["Alice", "Amir", "Anna", "Ben", "Chris", "Daisy", "Emma", "Fred", "Grace", "Harry", "Ivy", "Jack", "Kate", "Liam", "Maya", "Nick", "Olivia", "Priya", "Ruth", "Sam", "Tina", "Zoe"],
        "x": ["great", "a star", "so kind", "the best", "hilarious", "a lifesaver", "brilliant", "very patient"],
        "o": ["the meeting", "the match", "that video", "the update", "this recipe", "the concert", "your file", "the dishes", "this thread", "the exam"],
        "w": ["tonight", "tomorrow", "yesterday", "on Monday", "later", "this summer", "next week"],
        "i": ["a moron", "a creep", "scum", "pathetic", "a loser", "a clown", "trash", "an imbecile", "a waste of space"],
    },
}

FINE = ((), ("obscene",))
COARSE = (("obscene",), ("toxic",))
INSULT = (("toxic", "insult"), ("obscene", "severe_toxic", "identity_attack", "sexual"))

FAMILIES = {
    "fr": [
        (*FINE, [
            "{n}, tu es {x}.", "Merci {n}, tu es {x} !", "Tu es {x}, {n}, vraiment.", "T'es {x} {n} !", "Toi, tu es {x}.", "{n} tu as été {x} {w}.", "Mais toi, {n}, tu as vu {o} ?", "Et toi {n}, tu penses quoi de {o} ?",
            "{n}, tu viens {w} ?", "Tu viens {w} pour {o} ?", "Tu fais quoi {w} ?", "T'as vu {o} {w} ?", "T'as pas vu {n} par hasard ?", "Tu n'as pas répondu à {n} {w}.",
            "{n}, tu n'étais pas là {w} ?", "Tu n'es pas seul, {n}.", "Tu n'es pas obligée de venir {w}, {n}.", "Tu n'es pas le seul à aimer {o}.", "Tu n'es qu'à dix minutes de chez {n}.", "Tu n'es plus inscrit pour {o} ?",
            "Tu n'es qu'au début, {n}, ça viendra.", "{n}, tu n'as qu'à demander à {n}.", "Tu as bien fait, {n}.", "Tu as tout compris, {n}.", "{n} tu dis vrai.", "Tu peux répéter, {n} ?", "Tu peux m'aider pour {o} ?",
            "Tu te souviens de {o}, {n} ?", "Tu t'es trompé de jour, {n}, {o} c'est {w}.", "{n}, tu t'es trompée de colonne.", "Tu te trompes sur {o}, voilà pourquoi.", "Tu fais erreur {n}, relis {o}.", "Je ne te suis pas {n}, explique.",
            "Je t'appelle {w}.", "Je te rends {o} {w}.", "Je te dis ça {w}.", "On se voit {w}, {n} ?", "On te garde une place {w}.", "Appelle-moi {w}, {n}.", "Envoie-moi {o} quand tu peux.", "Dis-moi {n}, c'est où {o} ?",
            "Quel jour tu arrives, {n} ?", "Quelle heure est-il chez toi, {n} ?", "Où es-tu {n} ?", "T'es où {n} ? On a commencé sans toi.", "T'es sûre pour {o} ?", "T'es prêt {n} ?", "Es-tu certain, {n} ?", "Comment vas-tu {n} ?",
            "Ça va {n} ?", "Quoi de neuf {n} ?", "Tu as quel âge, {n} ?", "Tu habites où, {n} ?", "Tu bosses {w} ?", "Bon anniversaire {n} !", "Bravo {n} !", "Bravo à toi {n}, {o} c'était {x}.", "Coucou {n}, tu as deux minutes ?",
            "Salut {n}, tu aurais un avis sur {o} ?", "Bonjour {n}, vous avez reçu {o} ?", "Vous êtes {x}, {n}.", "Merci à vous {n}.", "Bonne chance pour {o}, {n} !", "Repose-toi bien {n}.", "Prends ton temps {n}.", "Courage {n}, on pense à toi.",
            "Tu me manques, {n}.", "Je t'aime {n}.", "Tu nous as bien fait rire {w}, {n}.", "Toi qui connais {o}, c'est mieux {w} ?", "Si tu veux, {n}, on regarde {o} {w}.", "Comme tu veux {n}.", "Tu verras, {o} c'est {x}.",
            "Pas d'accord avec toi {n}, {o} ne vaut rien.", "{n}, ton avis sur {o} ne me convainc pas.", "Tu exagères un peu {n}.", "Tu aurais pu prévenir, {n}.", "Tu aurais dû vérifier {o}.", "Arrête un peu {n}, on a compris.",
            "N'oublie pas {o}, {n}.", "Regarde {o} avant de répondre, {n}.", "Tu lis trop vite {n}, {o} n'a rien à voir.", "C'est toi qui as {o} ?", "C'est pas toi {n}, c'est {o} qui bugge.", "Ne t'inquiète pas {n}.", "T'inquiète {n}, {w} ça ira.",
            "Tais-toi et profite, {n}, c'est {x}.", "Tu rigoles {n} ?", "Tu plaisantes, {o} c'est {w} ?", "T'as raison {n}.", "T'as de la chance {n}.", "Tu sais quoi ? {o}, c'était {x}.", "Viens {w} {n}, il y aura {o}.",
        ]),
        (*COARSE, ["Putain {n}, t'es {x} !", "T'as déchiré {w}, {n}, putain.", "Merde {n}, j'ai oublié {o}.", "Bordel {n} t'étais où {w} ?", "T'as eu {o} ? Putain, la chance."]),
        (*INSULT, [
            "{n}, tu es {i}.", "Tu es {i}, {n}.", "Tu n'es que ça, {n}, {i}.", "T'es {i} {n}, vraiment.", "Mais toi, {n}, tu es {i}.", "Toi, tu es {i}.", "Tu es {i} depuis {o}.", "Merci {n}, tu as prouvé que tu es {i}.", "Vous êtes {i}, {n}.",
            "Et toi {n}, toujours {i} ?", "Tais-toi {n}, tu es {i}.", "{n} t'es {i} et tout le monde le sait.", "Quand je te lis {n}, je me dis que tu es {i}.",
        ]),
    ],
    "en": [
        (*FINE, [
            "{n}, you are {x}.", "Thanks {n}, you're {x}!", "And you, {n}, did you see {o}?", "{n}, are you coming {w}?", "You weren't there {w}, {n}?", "You're not the only one who likes {o}.", "You are only at the beginning, {n}.",
            "You're wrong about {o}, {n}.", "Are you sure, {n}?", "How old are you, {n}?", "Where are you, {n}?", "I'll call you {w}.", "Call me {w}, {n}.", "Don't worry {n}.", "You could have told us, {n}.", "I don't agree with you about {o}, {n}.",
            "Happy birthday {n}!", "I miss you {n}.", "You two go well together, {n}.", "Did you get {o}, {n}?", "Read {o} before you answer, {n}.",
        ]),
        (*INSULT, ["{n}, you are {i}.", "And you, {n}, are {i}.", "You're {i}, {n}, and everyone knows.", "Shut up {n}, you're {i}.", "You are nothing but {i}."]),
    ],
}


def rows(draws: float, seed: int = 31):
    """Gives the rows of these families, as `more.rows` does."""
    return more.made(FAMILIES, SLOTS, draws, seed)
