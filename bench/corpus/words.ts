/** A script or language the corpus writes in. */
export type Language = 'latin' | 'greek' | 'cyrillic' | 'polish' | 'japanese';

/** Words of the shop's daily mail, by language. The Latin ones fit ISO-8859-1 and windows-1252. */
export const words: Readonly<Record<Language, readonly string[]>> = {
  latin:
    'order delivery invoice pallet Grüße Straße öffnen prüfen café déjà reçu façade naïve jalapeño señor mañana über Fuß schön the and with please thank you for of we have not yet arrived warehouse number date price offer chair table oak screw lorry Tuesday morning customer address copy again until Friday weight length colour missing damaged replaced returned côté été garçon'.split(
      ' ',
    ),
  greek:
    'παραγγελία παράδοση τιμολόγιο παλέτα καλημέρα ευχαριστώ παρακαλώ αποθήκη αριθμός ημερομηνία τιμή προσφορά καρέκλα τραπέζι φορτηγό Τρίτη πρωί πελάτης διεύθυνση αντίγραφο πάλι μέχρι Παρασκευή βάρος μήκος χρώμα λείπει και με για από δεν έχει'.split(
      ' ',
    ),
  cyrillic:
    'заказ доставка счёт поддон здравствуйте спасибо пожалуйста склад номер дата цена предложение стул стол дуб грузовик вторник утро клиент адрес копия снова до пятница вес длина цвет отсутствует и с для из не ещё уже повреждён заменить вернуть'.split(
      ' ',
    ),
  polish:
    'zamówienie dostawa faktura paleta dzień dobry dziękuję proszę magazyn numer data cena oferta krzesło stół dąb ciężarówka wtorek rano klient adres kopia ponownie do piątku waga długość kolor brakuje i z dla nie jeszcze już uszkodzony wymienić zwrócić źródło żółty'.split(
      ' ',
    ),
  japanese:
    '注文 配達 請求書 パレット こんにちは ありがとうございます お願いします 倉庫 番号 日付 価格 見積もり 椅子 机 樫 トラック 火曜日 朝 お客様 住所 写し もう一度 まで 金曜日 重さ 長さ 色 不足 破損 交換 返品 まだ 届きました 確認 ください'.split(
      ' ',
    ),
};

/** Given and family names that go with the language. */
export const names: Readonly<Record<Language, readonly (readonly [string, string])[]>> = {
  latin: [
    ['Zoë', 'Márquez'],
    ['Jürgen', 'Weiß'],
    ['Anna', 'Smith'],
    ['Renée', 'Lefèvre'],
    ['Peter', 'Brown'],
  ],
  greek: [
    ['Ελένη', 'Παπαδοπούλου'],
    ['Νίκος', 'Γεωργίου'],
  ],
  cyrillic: [
    ['Ольга', 'Иванова'],
    ['Пётр', 'Соколов'],
  ],
  polish: [
    ['Małgorzata', 'Wójcik'],
    ['Łukasz', 'Żak'],
  ],
  japanese: [
    ['美咲', '田中'],
    ['健一', '佐藤'],
  ],
};
