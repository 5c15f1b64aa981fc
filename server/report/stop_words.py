"""
Words that say nothing about what a session was about, in Dutch and English; the commonest of some other languages too.

Small words, verbs that go with anything, counting, time, praise, greetings, and how people write on a wall.
"""

from __future__ import annotations

from typing import Final

_DUTCH = """
aan aangezien aardig absoluut achter achteraf achterin af afgelopen al alle alleen allemaal alles allang als alsnog
alsof altijd alvast alweer amper ander andere anderen anders antwoordt bedankt beetje begin beginnen begint begon
begonnen begrijp begrijpt behalve bekend belangrijk belangrijke beide ben beneden benieuwd best beste betekent beter
betere bij bijna bijv bijvoorbeeld binnen binnenkort blij blijf blijft blijkbaar blijkt blijven boven bovendien bracht
breng brengen brengt buiten circa collega daar daaraan daarbij daardoor daarin daarmee daarna daarnaast daarom daarop
daarover daartoe daaruit daarvan daarvoor dacht dag dagen dan dank dankje dankjewel dankzij dat datgene de deed deden
deel dees denk denken denkt deze dezelfde dicht die diegene dien dient dingen ding dit doe doel doen doet door doordat
dragen drie driemaal dringend druk dus echt echte echter een eens eentje één eén eerder eerlijk eerst eerste eigen
eigenlijk eindelijk elk elkaar elke en enige enigszins enkel enkele enorm enz er erbij erg erin ermee erna erop erover
ertoe eruit ervan ervoor even eventjes eventueel evenveel extra fantastisch feit ff fijn fijne flink ga gaan gaat gaf
gauw gebeurd gebeurde gebeuren gebeurt gebruik gebruiken gebruikt gedaan geef geeft geen geenszins gegaan gegeven
gehad geheel gehoord gehouden gekomen gekregen geldt geleden geleerd geloof geloven gemaakt gemist genoeg genoemd
genoteerd gepraat geregeld geschreven gesproken geval geven geweest geweldig geweldige gewoon gezegd gezet gezien
ging gingen goed goede goeie goedemorgen goedemiddag gister gisteren graag groot grote grootste haar haast had hadden
hallo halve ham hand hartelijk heb hebben hebt heden heeft heel hele helaas helemaal helft help helpen helpt hem hen
herkenbaar het hetzelfde heten heet hier hierbij hierin hiermee hierna hierom hierop hierover hiervan hiervoor hij hoe
hoelang hoeveel hoeven hoeft hoewel hoi hoop hoor hoorde hoort horen hopelijk hopen houd houden houdt hoe hun iedere
iedereen iemand ieder iets ik in inclusief inderdaad ineens interessant interessante is ja jaar jammer jaren jawel je
jij jijzelf jou jouw jouwe juist jullie kan kant keek keer keren kennen kende kent kijk kijken kijkt klaar klein kleine
klinkt klopt kom komen komende komt kon konden konen kort korte kreeg krijg krijgen krijgt kun kunnen kunt kwam kwamen
kwijt laat laatst laatste lang lange langer langs langzaam later laten leek leer leren leest lees lekker leuk leuke
lezen lief liet liever lijkt lijken links loop lopen loopt lukt maak maakt maakte maal maar maand maanden maandag
maken makkelijk man mede mee meer meerdere meest meeste meestal men mensen mens met meteen meter mevrouw meneer middag
mij mijn mijne mijzelf min minder minst minuten minuut misschien moest moesten moet moeten mogelijk mogen mooi mooie
mooiste morgen mocht mochten mis mist na naar naast nadat nam namelijk natuurlijk neem neemt nee nemen nergens net
netjes niet niets niks niemand nieuw nieuwe nieuws nodig noem noemde noemen noemt nog nogal nogmaals noch nooit nou nu
nummer ochtend of ofwel om omdat omgaan omheen omlaag omhoog onder ondanks ondertussen ongeveer onlangs ons onszelf
onze oud oude ooit ook oké okee ok om onmiddellijk ontzettend op open opeens opnieuw opzij over overal overigens
paar pak pakt pas per plaats plek praat praatte praten precies prachtig prachtige prettig prima probeer proberen
probeert punt raar rechts reden redelijk rond rondom ruim samen schreef schrijf schrijft schrijven sinds situatie slecht
slechts slechte sla snap snel snelle snapt soms soort sorry sowieso spannend spreek spreekt spreker sprekers sprak
staan staat stap stel stelt sterk sterke steeds stond stonden straks stuk stukje succes super tegelijk tegen tegenover
ten tenminste tenslotte ter terug terwijl tevens te tig tijd tijdens tijdje toch toe toen toevallig top tot totaal
totdat trouwens tussen tja twee tweede twijfel uit uiteindelijk uiteraard uitstekend uur uren vaak vaker vakere van
vanaf vanavond vandaag vandaan vanmiddag vanmorgen vanochtend vanuit vanwege vast veel verder vergeet verschil
verschillende vertel vertelde vertellen vertelt vervolgens via vier vijf vind vinden vindt vol volgend volgende volgens
volle vond vonden voor vooraan vooraf vooral voordat voorbeeld voorbeelden voorbij voordeel vorig vorige vraag vraagje
vraagt vragen vreselijk vrij vrijwel vroeg vroegen vroeger waar waaraan waarbij waardoor waarin waarmee waarom waarop
waarover waaruit waarvan waarvoor want waren was wat we week weer weet weg wegens weken weinig weken wel welk welke
welkom wellicht werd werden werk werken werkt werkelijk werkte weten weten wie wiens wij wijze wil willen wilde wilden
wilt wist woord woorden word worden wordt wou zag zagen zal zat zaten ze zeer zeg zeggen zegt zei zeiden zeker zelf
zelfde zelfs zes zet zetten zeven zich zichzelf zie zien ziet zij zijn zijne zin zit zitten zo zo'n zodat zoals
zodra zogenaamd zojuist zomaar zonder zoveel zou zouden zowel zul zulk zulke zullen zult zware acht negen tien
elf twaalf twintig dertig veertig vijftig honderd duizend miljoen derde vierde vijfde tiende
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april juni juli augustus september
oktober november december
aha amai bah ha haha hahaha hé hèhè hihi hmm hoera jaja jee joh jongens lol mwah nah nja nope oeps oh och pff poeh
sjonge tjonge tof toppie wauw wow yes yep zeg applaus chapeau compliment complimenten gefeliciteerd groet groeten
groetjes mvg aub svp graaggedaan bravo helder leerzaam inspirerend inspirerende boeiend boeiende terecht mee eens
bericht berichten post posts tweet tweets retweet hashtag foto foto's livestream sessie symposium congres
zaal zalen muur podium scherm schermen rij achterste voorste mag mocht ken bel ligt liggen lag lagen
kwijt blijkt voelt voelde voel voelen haalt haal halen haalde hangt hing gezocht zoek zoekt zoeken zocht
verwacht verwachten durf durft durven wens wenst ontbreekt wachten wacht wachtte begrepen bedacht bedenken bedenk
'n 't m'n z'n d'r 'm
"""

_ENGLISH = """
about above absolutely across actual actually after afternoon again against ago agree ahead all almost alone along
already also although always am amazing among an and another any anybody anyone anything anyway anywhere are aren't
around as ask asked asking asks at away awesome back bad badly be became because become becomes been before began
begin beginning begins behind being believe below beside besides best better between beyond big bigger biggest bit both
bring brings brought but by call called came can can't cannot cannot can certain certainly clear clearly close come
comes coming completely could couldn't course day days definitely did didn't different do does doesn't doing don't
done down during each early easy either else end enough entire especially etc even evening ever every everybody
everyone everything everywhere exactly example examples excellent except exciting fact fantastic far feel feels felt
few fewer finally find finds fine first five follow for forget forward found four from full fully further gave get gets
getting give given gives giving glad go goes going gone gonna good got gotten great guess guys had hadn't half hand
happen happened happening happens happy hard hardly has hasn't have haven't having he hear heard hearing hello help
helped helpful helps hence her here hers herself hey hi high him himself his hold holds hope hopefully hour hours how
however huge i idea if important impressive in indeed inside inspiring instead interested interesting into is isn't it
its itself just keep keeps kept kind knew know known knows large last late later lately latter laugh least leave less
let lets like liked likely likes little live long longer look looked looking looks lost lot lots love loved lovely loves
made mainly make makes making man many matter matters may maybe me mean means meant meet men met might mind mine minute
minutes miss missed moment month months more morning most mostly move much must my myself name near nearly necessary
need needed needs neither never new next nice night no nobody non none nope nor not note nothing now nowhere number of
off often okay old on once one ones only onto open or other others otherwise our ours ourselves out outside over own
part people per perfect perhaps person place please plus point possible pretty probably problem put question questions
quick quickly quite rather read reading ready real really reason recently right room row said same sat saw say saying
says second see seeing seem seemed seems seen seriously session several shall she should shouldn't show shows side
similar simple simply since sit sits sitting six slide slides small so some somebody somehow someone something sometimes
somewhere soon sorry sort speak speaker speakers speaking stand start started starting starts stay stays still stop
story stuff such super sure take takes taken taking talk talked talking talks tell telling tells ten than thank thanks
that the their theirs them themselves then there therefore these they thing things think thinking thinks third this
those though thought thoughts three through thus time times tiny to today together told tomorrow tonight too took top
totally toward towards tried tries true truly try trying turn turned turns twice two under understand unless until up
upon us use used useful uses using usually various very via want wanted wants was wasn't watch way ways we week weeks
welcome well went were weren't what whatever when whenever where whereas wherever whether which while who whoever whole
whom whose why will wish with within without woman women won't wonder wonderful wondering word words work worked
working works would wouldn't wow write writes writing written wrong wrote yeah year years yes yesterday yet you young
your yours yourself seven eight nine eleven twelve twenty hundred thousand million
monday tuesday wednesday thursday friday saturday sunday january february march june july august october
ah aha hmm huh lol oh omg oops yay yep yup congrats congratulations applause bravo kudos brilliant cheers
message messages photo photos livestream conference
hall wall stage screen screens row rows audience front overheard
rt via dm fyi btw imo imho afaik asap
"""

_OTHERS = """
der das und nicht ich ist ein eine einen mit auf für von dem den des sich auch wie bei aus nach noch wenn wir sie ihr
nur oder aber wird sind war hat haben kann mehr sehr schon hier gut danke
le la les un une des du et est pas que qui dans pour sur avec plus par mais ou nous vous ils elle sont être avoir fait
très bien aussi comme cette tout tous merci bonjour
el los las una unos por para con como pero más muy este esta esto está son gracias
bir bu da ve için çok ne mi mu mı değil ile daha gibi var yok ama
in de it is op mei dat net foar ek fan hat jim der wat
"""

STOP_WORDS: Final = frozenset(f"{_DUTCH} {_ENGLISH} {_OTHERS}".split())
"""In lower case, with a straight apostrophe."""
