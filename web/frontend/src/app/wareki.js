// Japanese eras, by the day on which each began. Only a hint for the eye: the server reads dates itself.

const ERAS = [
  { name: "令和", letter: "R", from: [2019, 5, 1], since: 2019, to: [2100, 12, 31] },
  { name: "平成", letter: "H", from: [1989, 1, 8], since: 1989, to: [2019, 4, 30] },
  { name: "昭和", letter: "S", from: [1926, 12, 25], since: 1926, to: [1989, 1, 7] },
  { name: "大正", letter: "T", from: [1912, 7, 30], since: 1912, to: [1926, 12, 25] },
  { name: "明治", letter: "M", from: [1873, 1, 1], since: 1868, to: [1912, 7, 30] },
];
const WEEKDAYS = { ja: ["日", "月", "火", "水", "木", "金", "土"], en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] };
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const FIRST_YEAR = 1873;
const LAST_YEAR = 2100;

/**
 * What a person wrote, as far as it is a whole day: {day: [year, month, day]}, or {wrong: [ja, en]} where there is no
 * such day. null while it is not whole. The limits are those of forms/dates.py.
 */
export function readDay(text) {
  const plain = text.normalize("NFKC").replace(/\s/g, "");
  const era = plain.match(/^(令和?|平成?|昭和?|大正?|明治?|[RHSTMrhstm])(\d{1,3}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?$/)
    ?? plain.match(/^(令和?|平成?|昭和?|大正?|明治?|[RHSTMrhstm])(\d{2})(\d{2})(\d{2})$/);
  if (era) {
    const found = ERAS.find((one) => one.name[0] === era[1][0] || one.letter === era[1].toUpperCase());
    const year = era[2] === "元" ? 1 : Number(era[2]);
    return year > 0 ? ofEra(found, year, Number(era[3]), Number(era[4])) : none(`${found.name}0年`);
  }
  const western = plain.match(/^(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?$/) ?? plain.match(/^(\d{4})(\d{2})(\d{2})$/);
  return western ? existing(Number(western[1]), Number(western[2]), Number(western[3])) : null;
}

/** 令和8年4月10日(金), or in English Fri 10 April 2026 (Reiwa 8); empty before 1873. */
export function showDay([year, month, day], language) {
  const era = ERAS.find((one) => compare([year, month, day], one.from) >= 0);
  if (!era) return "";
  const weekday = WEEKDAYS[language][new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  const yearOfEra = year - era.from[0] + 1;
  if (language === "en") return `${weekday} ${day} ${MONTHS[month - 1]} ${year} (${era.name}${yearOfEra}年)`;
  return `${era.name}${yearOfEra === 1 ? "元" : yearOfEra}年${month}月${day}日(${weekday})`;
}

function ofEra(era, yearOfEra, month, day) {
  const found = existing(era.since + yearOfEra - 1, month, day);
  if (!found.day) return found;
  if (compare(found.day, era.from) >= 0 && compare(found.day, era.to) <= 0) return found;
  const right = showDay(found.day, "ja");
  return { wrong: [`この日は${right}です。元号と年を確かめてください`, `That day is ${right}. Check the era and the year`] };
}

function existing(year, month, day) {
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    return {
      wrong: [
        `西暦${year}年です。${FIRST_YEAR}年から${LAST_YEAR}年までの日付を入れてください`,
        `That is the year ${year}. Enter a day between ${FIRST_YEAR} and ${LAST_YEAR}`,
      ],
    };
  }
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? { day: [year, month, day] } : none(`${year}年${month}月${day}日`);
}

function none(words) {
  return { wrong: [`${words}はありません。日付を確かめてください`, "There is no such day. Check the date"] };
}

function compare(left, right) {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
