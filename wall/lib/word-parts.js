/**
 * Words that long words are made of, as they begin: Dutch ones of public life, a few that English shares. A long word breaks best
 * where one of them begins. Only those stand here that the plain rule of syllables would break wrongly without (they begin with a
 * vowel, or with consonants that another word could end on), and those that are met most; a word that is also the end of another
 * (`actie` in `redactie`) does not.
 */
export const PARTS = `
  aanbested aanbied aanbod aangift aanleg aanpak aanpass aanslag aansprak aanvra aanwijz
  academ acceptat administrat adres advies advise adviez afdeling afhandel afhankelijk afspra afstem afval afwijk agenda akkoord algemene ambtena ambtsdra analys antwoord
  arbeids archief archieve armoede arrangement assist asiel audit automaat automat autoriteit avond
  economi educat effect eigenaar eigendom elektr (?<!r)emissie energie enquête erfgoed (?<![vh])erkenning (?<!d)evaluat (?<=s)eisen evenement examen expert
  ideeën identite identific impuls indeling inform inhoud initiat inkom inkoop innovat inricht inschal inschrijv inspect inspra instan instell institu instructi instrument
  integra integri inventari invoer inwoner inzage inzet
  omgeving omroep omvang onafhank onderbouw onderdeel onderdel onderhoud ondernem onderste onderteken onderwerp onderwijs onderzoek ongeschikt ongeval ontheff ontvang ontwerp ontwikkel
  oordeel oordel opbreng opdracht openba operab opgave opleiding oplossing opname opspor opslag opvang opvoed organi orgaan organen
  overdracht overeenkom overheid overheden overleg overlast overtred overzicht
  uitbrei uitdaging uitgave uitgang uitkering uitleg uitnodig uitslag uitspra uitvoer uitvra uitwerk uitwissel urgentie
  (?<!sc)heid (?<!sc)heden
  bedrijf bedrijv beheer beleid beroep bescherm beschikking besluit bestuur bestur bewijs bevoegd bewoner bijdrage bijeenkomst bladzij brief brieven bureau
  centra centrum college commissi communicat computer conferent contract control crati
  deskundig dienst digita document
  formulier functionaris gebruik gegeven gerechtig gemeent geschil grond groep hebbende huishoud kamer klacht klant kracht kund kwalite
  landschap leerling leiding lijst loket maatregel maatschapp medewerk minister netwerk
  plaats plan plannen platform plicht portaal praktijk probleem problem proces programm project protocol publica
  (?<!d|g)raad (?<![bpt])reken rekening rapport recht reductie regel regio regist reglement richtlijn risico ruimte
  schap schappelijk schrift spraak spreker staan standaard stand stelling stelsel stempel steun stichting straat strateg strijd stroom structu student studie sturing subsid systeem systemen
  toegang toezicht traject transf transiti transport training verander verantwoord verband verbetering vereenvoudig vereis verenig vergader vergunning verkiez verklaring verlening verpleeg verpleg verkeer verordening verslag verstrekk vertegenwoord vervoer verzeker
  voering voorkeur voorlicht voorwaarde voorzien vorming vraag vragen vrijwillig wethouder werker werking wetgev woord
  bility operability ment ship standing tratie
`.trim().split(/\s+/u);
