"""A fifth series of rows made by rule: everyday sentences about things and people.

What people mostly write says nothing of anybody. The corpus has little of it in French,
and takes the little verbs of everyday life, which its annotated threats and insults are
full of, for a sign. The tests' sentences are others.
"""

from . import more

# {s} who or what, {d} what it does, {l} where, {w} when, {a} how something is, {t} a thing, {q} how many.
SLOTS = {
    "fr": {
        "s": ["Le boulanger", "La voisine", "Mon frère", "Ma tante", "Le médecin", "Le chat", "Le chien du gardien", "La factrice", "Notre équipe", "Le groupe", "L'auteur", "Le maire", "La prof de maths", "Un technicien", "Le vélo", "La chaudière",
              "Le bus", "L'avion", "Le serveur", "La librairie", "L'association", "Le chœur", "Mon grand-père", "La météo", "Le marché", "Le musée", "La piscine", "Le traiteur", "Le stagiaire", "La pluie"],
        "d": ["arrive", "repart", "ouvre", "ferme", "attend", "reste", "passe", "revient", "s'arrête", "travaille", "dort", "change de place", "fait une pause", "joue", "tourne bien", "se repose", "commence", "finit"],
        "l": ["au coin de la rue", "devant la mairie", "près du lac", "à la montagne", "dans la cuisine", "au premier étage", "sur la terrasse", "chez ma mère", "au bureau", "à la sortie du village", "derrière l'église", "au bord de la mer", "à Nantes",
              "dans le salon", "au club", "à la bibliothèque", "sur le site", "dans le hall"],
        "w": ["à neuf heures", "vers midi", "le matin", "chaque jeudi", "en fin de journée", "au printemps", "depuis lundi", "pendant les vacances", "ce mois-ci", "tous les ans", "à l'aube", "après le dîner", "en mars", "la veille", "dès l'ouverture"],
        "a": ["calme", "en retard", "plein", "vide", "plus long que prévu", "tout neuf", "un peu cher", "sec", "humide", "fermé", "complet", "à l'heure", "propre", "lourd", "rouge", "trop petit", "en travaux", "très fréquenté"],
        "t": ["le parking", "le gâteau", "le tissu", "le câble", "le formulaire", "le sentier", "le jardinet", "le film", "le devis", "le dossier", "le clavier", "le balcon", "le menu", "le planning", "le tiroir", "le carrelage", "le micro", "le vernis"],
        "q": ["deux", "trois", "une dizaine de", "vingt", "quelques", "cinq", "plusieurs"],
    },
    "en": {
        "s": ["The baker", "My neighbour", "Her brother", "The doctor", "The cat", "Our team", "The band", "The author", "The mayor", "A technician", "The bike", "The heating", "The bus", "The server", "The library", "The choir", "My grandfather", "The market"],
        "d": ["arrives", "leaves", "opens", "closes", "waits", "stays", "stops", "comes back", "sleeps", "works fine", "takes a break", "starts", "ends"],
        "l": ["round the corner", "in front of the town hall", "by the lake", "in the mountains", "in the kitchen", "upstairs", "on the terrace", "at my mother's", "at the office", "behind the church", "by the sea", "on the site"],
        "w": ["at nine", "around noon", "in the morning", "every Thursday", "in spring", "since Monday", "during the holidays", "this month", "every year", "at dawn", "after dinner"],
        "a": ["quiet", "late", "full", "empty", "longer than expected", "brand new", "a bit expensive", "dry", "closed", "on time", "clean", "heavy", "too small"],
        "t": ["the car park", "the cake", "the cable", "the form", "the path", "the film", "the quote", "the keyboard", "the balcony", "the menu", "the drawer", "the microphone"],
        "q": ["two", "three", "a dozen", "twenty", "a few", "five", "several"],
    },
}

FINE = ((), ())

FAMILIES = {
    "fr": [(*FINE, [
        "{s} {d} {l} {w}.", "{s} {d} {w}, {t} est {a}.", "{s} {d} {l}.", "{s} {d} {w}.", "{w}, {s} {d} {l}, puis {d} {l}.", "{t} était {a} {w}.", "{t} est {a}.", "On a trouvé {t} {l}, il est {a}.", "{s} {d} et {t} reste {a}.",
        "Il y a {q} places {l} {w}.", "Il reste {q} billets pour {w}.", "J'ai posé {t} {l}.", "Nous avons dîné {l} {w}.", "Ils ont réparé {t} {w}.", "Elle a rangé {t} {l} {w}.", "Personne {l} {w}, tout est {a}.", "{q} personnes sont venues {l} {w}.",
        "Comment savoir si {t} est {a} ?", "Quelqu'un sait où est {t} ?", "{w} on passe {l}, prenez {t}.", "{s} a dit que {t} serait {a} {w}.", "Dans le doute, regardez {t} {l}.", "Avec {s} nous regardons {t} {w}.", "Quand {s} {d}, {t} est {a}.",
        "Pour {t}, comptez {q} jours.", "{t} coûte {q} euros {l}.", "Photo prise {l} {w}.", "Rendez-vous {l} {w}.", "Un bon souvenir {l} {w}.", "La suite {w} {l}.", "Chapitre {q} : {s} {d} {l}.", "{t} ? {a}, comme toujours.", "Rien de neuf {l}, {t} est {a}.",
    ])],
    "en": [(*FINE, [
        "{s} {d} {l} {w}.", "{s} {d} {w}, {t} is {a}.", "{s} {d} {l}.", "{t} was {a} {w}.", "We found {t} {l}, it is {a}.", "There are {q} seats left {l} {w}.", "I put {t} {l}.", "They repaired {t} {w}.", "Nobody {l} {w}, everything is {a}.",
        "How do I know if {t} is {a}?", "Does anybody know where {t} is?", "{s} said that {t} would be {a} {w}.", "When {s} {d}, {t} is {a}.", "Allow {q} days for {t}.", "Photo taken {l} {w}.", "Nothing new {l}, {t} is {a}.",
    ])],
}


def rows(draws: float, seed: int = 37):
    """Gives the rows of these families, as `more.rows` does."""
    return more.made(FAMILIES, SLOTS, draws, seed)
