import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soften } from './hyphens.js';

/** @param {string} text */
const shown = (text) => soften(text).replaceAll('\u00AD', '-');

test('a long word breaks between the words that it is made of', () => {
  const broken = `
    vrijwilligers-organisaties overheids-organisaties gegevens-beschermings-autoriteit omgevings-dienst omgevings-vergunning aanvraag-formulier
    informatie-huishouding arbeidsmarkt-beleid bestemmings-plannen vergunning-aanvraag subsidie-aanvraag onderwijs-inspectie belasting-aangifte
    uitvoerings-organisatie huisvestings-verordening persoons-gegevens rechts-bescherming klachten-commissie algoritme-register besluit-vormings-proces
    inkoop-voorwaarden aanbestedings-document beleids-medewerker medezeggen-schaps-raad ondernemings-raad energie-transitie woningbouw-opgave
    dienst-verlenings-overeenkomst uitkerings-gerechtigden bijstands-uitkering inburgerings-examen leerlingen-vervoer cliënt-ondersteuning
    project-evaluatie overheids-informatie ervarings-deskundige privacy-verklaring identiteits-bewijs software-ontwikkeling broncode-beheer
    nummertjes-automaat inspraak-reglement stemmings-uitslag kennisdelings-bijeenkomst gegevens-uitwisseling partijen-overleg gemeente-raads-verkiezingen
    buitengewoon-opsporings-ambtenaar wijk-verpleeg-kundige toegankelijk-heids-verklaring duurzaam-heids-agenda schuldhulp-verlening bedrijfs-voering
    volksgezond-heid laaggeletterd-heid infra-structure accounta-bility sustaina-bility inter-operability acknowledge-ment imple-mentation
  `.trim().split(/\s+/u);

  assert.deepEqual(broken.map((word) => shown(word.replaceAll('-', ''))), broken);
});

test('what is long still breaks at its syllables', () => {
  const broken = `
    gemeen-schappelijke burger-par-ti-ci-patie digi-ta-li-se-rings-strategie Overheids-verant-woor-de-lijk-heid. maat-schap-pe-lijke belang-hebbenden
    admi-nis-tra-tieve demo-cratisering multi-dis-ci-pli-nary recom-men-da-tion trans-for-ma-tion charac-te-ris-tics
  `.trim().split(/\s+/u);

  assert.deepEqual(broken.map((word) => shown(word.replaceAll('-', ''))), broken);
});

test('no word is taken for one in which it only ends', () => {
  for (const [word, wrong] of [['wereldverkenningen', 'verk-'], ['onderscheidingsteken', 'sc-heid'], ['gespreksbesprekingen', 'sp-re'], ['temperatuurgraden', 'g-raad'], ['bureauredactioneel', 'd-act']]) {
    assert.ok(!shown(word).includes(wrong), shown(word));
  }
});

test('short words, addresses, hashtags and other scripts stay as they are', () => {
  for (const text of ['een kort woord', 'https://example.org/informatiehuishouding', '#informatiehuishouding', 'naam@informatiehuishouding.nl', 'الحكومة_الرقمية_المفتوحة', '政府'.repeat(20)]) {
    assert.equal(soften(text), text);
  }
});

test('nothing but soft hyphens is added', () => {
  const text = 'De “hottentottententententoonstelling” — en\ntweede-regel: krrrrrrrrrrrrrrrrrrrrrrr aaaaaaaaaaaaaaaaaaaaa';
  assert.equal(soften(text).replaceAll('\u00AD', ''), text);
});

test('four letters stay together at both ends', () => {
  const [first, last] = [shown('verantwoordelijkheid').split('-')[0] ?? '', shown('verantwoordelijkheid').split('-').at(-1) ?? ''];
  assert.ok(first.length >= 4 && last.length >= 4, shown('verantwoordelijkheid'));
});
