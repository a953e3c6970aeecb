### Alle Wörter der Seiten auf Deutsch. Dieselben Kennungen wie in en.ftl.

## Der Rahmen

skip-to-content = Zum Inhalt springen
menu-open = Menü
menu-close = Schließen
menu-navigation = Navigation
menu-hello = Hallo, { $name }!
menu-account = Konto
menu-log-in = Anmelden
menu-register = Registrieren
menu-forgotten-password = Passwort vergessen
menu-account-details = Kontodaten
menu-user-management = Benutzerverwaltung
menu-contacts = Kontakte
menu-email-history = E-Mail-Verlauf
menu-your-profile = Ihr Profil
menu-security = Sicherheit
menu-switch-account = Konto wechseln
menu-logout = Abmelden
menu-home = Übersicht
menu-tickets = Support-Tickets
footer-mailbox = Postfach dieser Demo

## Wörter, die oft vorkommen

optional = freiwillig
cancel = Abbrechen
edit = Ändern
remove = Entfernen
copy = Kopieren
copied = Kopiert
never = Nie
save-changes = Änderungen speichern
go-home = Zur Startseite
valid-until = Gültig bis
column-actions = Aktionen
role-owner = Inhaber
role-user = Benutzer
badge-you = Sie
two-factor-on = An
two-factor-off = Aus
search-button = Suchen
search-clear = Zurücksetzen
nothing-found-title = Nichts gefunden
nothing-found-text = Hier passt nichts zu „{ $query }“. Versuchen Sie es mit weniger oder anderen Wörtern.
pager-label = Seiten
pager-previous = Zurück
pager-next = Weiter
pager-range = { $first } bis { $last } von { $total }
pager-many = Mehr als { $most }
pager-count = { $count ->
    [one] 1 Eintrag
   *[other] { $count } Einträge
}
errors-summary = { $count ->
    [one] Eine Angabe braucht Ihre Aufmerksamkeit:
   *[other] { $count } Angaben brauchen Ihre Aufmerksamkeit:
}

## Felder

field-email = E-Mail-Adresse
field-password = Passwort
field-body = Nachricht
field-priority = Priorität
field-password-help = Mindestens 10 Zeichen. Ein Satz, den nur Sie kennen, ist leicht zu merken und schwer zu erraten.
field-current-password = Jetziges Passwort
field-new-password = Neues Passwort
field-code = Code
field-name = Name
field-company = Firma
field-first-name = Vorname
field-last-name = Nachname
field-phone = Telefon
field-address1 = Adresse
field-address2 = Adresse, zweite Zeile
field-city = Ort
field-state = Bundesland oder Region
field-postcode = Postleitzahl
field-country = Land
field-country-blank = Land auswählen
field-tax-id = Umsatzsteuer-ID
field-tax-id-help = Steht auf Ihren Rechnungen.

## Anmelden

login-title = Anmelden
login-submit = Anmelden
login-forgotten = Passwort vergessen
login-no-account = Neu hier?
login-register = Registrieren
second-factor-title = Noch ein Schritt
second-factor-lead = Ihr Passwort stimmt. Geben Sie nun den Code ein, den Ihre Authenticator-App anzeigt.
second-factor-help = Sechs Ziffern aus der App oder einer Ihrer Wiederherstellungscodes.
second-factor-submit = Anmelden
second-factor-back = Zurück zur Anmeldung
second-factor-lost = Beides verloren? Unser Support hilft Ihnen.

## Registrieren und Adresse bestätigen

register-title = Registrieren
register-lead = Ihr Konto enthält alles, was Sie bei uns haben, und Sie sind sein Inhaber.
register-have-login = Schon registriert?
register-submit = Absenden
register-done-title = Bitte bestätigen Sie Ihre E-Mail-Adresse
register-done-text = Wir haben eine Nachricht an { $email } gesendet. Öffnen Sie den Link darin, dann kann es losgehen.
register-done-hint = Nach einigen Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, oder melden Sie sich an und lassen Sie die Nachricht erneut senden.
verify-asked = Bitte bestätigen Sie Ihre E-Mail-Adresse: Öffnen Sie den Link in der Nachricht, die wir an { $email } gesendet haben.
verify-resend = Nachricht erneut senden
verify-ask-title = Ist das Ihre E-Mail-Adresse?
verify-ask-text = Jemand hat { $email } hier angegeben. Waren Sie das, dann bestätigen Sie es; wenn nicht, schließen Sie diese Seite, und nichts geschieht.
verify-ask-button = Ja, bestätigen
verify-ok-title = Ihre E-Mail-Adresse ist bestätigt
verify-ok-text = Vielen Dank. { $email } gehört Ihnen, und mehr ist nicht zu tun.
verify-expired-title = Dieser Link ist abgelaufen
verify-expired-text = Es ist nichts verloren. Melden Sie sich an, dann senden wir Ihnen einen neuen.
verify-used-title = Dieser Link wurde schon benutzt
verify-used-text = Die zugehörige E-Mail-Adresse ist bereits bestätigt, oder eine spätere Nachricht hat diese ersetzt.

## Passwort vergessen

forgot-title = Passwort vergessen
forgot-lead = Nennen Sie uns Ihre E-Mail-Adresse. Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort wählen.
forgot-submit = Link senden
forgot-back = Zurück zur Anmeldung
forgot-sent-title = Sehen Sie in Ihr Postfach
forgot-sent-text = Wenn es zu { $email } hier einen Zugang gibt, ist eine Nachricht mit einem Link unterwegs.
forgot-sent-hint = Der Link gilt einmal und eine Stunde lang. Nichts angekommen? Prüfen Sie die Schreibweise der Adresse und den Spam-Ordner.
reset-title = Neues Passwort wählen
reset-lead = Für { $email }. Auf allen anderen Geräten werden Sie abgemeldet.
reset-submit = Passwort speichern
reset-again = Neuen Link anfordern
reset-expired-title = Dieser Link ist abgelaufen
reset-expired-text = Zu Ihrer Sicherheit gilt ein Link für ein neues Passwort nur eine Stunde. Ihr Passwort ist unverändert.
reset-used-title = Dieser Link wurde schon benutzt
reset-used-text = Jeder Link gilt einmal. Wenn nicht Sie ihn benutzt haben, fordern Sie jetzt einen neuen an und wählen Sie ein anderes Passwort.

## Konten: auswählen, wechseln, eröffnen, verlassen

choose-account-title = Konto auswählen
choose-account-lead = Sie haben Zugang zu mehreren Konten. In welchem möchten Sie arbeiten?
switch-account-title = Konto wechseln
switch-account-lead = Alle Konten, zu denen Sie Zugang haben. Sie bleiben getrennt: In einem ist nichts vom anderen zu sehen.
switch-account-new = Neues Konto eröffnen
accounts-search = Konten durchsuchen
accounts-none-found-title = Kein Konto gefunden
accounts-none-found-text = Keines Ihrer Konten passt zu „{ $query }“.
account-current = Aktuell
no-accounts-title = Noch kein Konto
no-accounts-lead = Sie können sich anmelden, haben aber zu keinem Konto Zugang. Nehmen Sie eine Einladung an, oder eröffnen Sie ein eigenes Konto.
new-account-title = Neues Konto eröffnen
new-account-lead = Ein neues Konto hat eigene Dienste, Rechnungen und Benutzer, und Sie sind sein Inhaber.
new-account-submit = Konto eröffnen
leave-link = Verlassen
leave-title = { $account } verlassen?
leave-text = Sie verlieren den Zugang zu { $account } sofort. Nur der Inhaber kann Sie wieder einladen. Ihre Anmeldung und Ihre anderen Konten bleiben, wie sie sind.
leave-submit = Dieses Konto verlassen
leave-stay = Bleiben
waits-tickets-answered = { $count ->
    [one] 1 Ticket beantwortet
   *[other] { $count } Tickets beantwortet
}

## Einladungen, die auf den Leser warten

invites-waiting-title = Einladungen für Sie
invites-waiting-none = Für { $email } liegt keine Einladung vor. Bitten Sie den Inhaber des Kontos, genau diese Adresse einzuladen.
invites-waiting-from = Von { $name }
invites-waiting-verify = Bestätigen Sie zuerst Ihre E-Mail-Adresse, dann können Sie annehmen.

## Die Einladung

invite-title = { $account } beitreten
invite-lead = { $inviter } lädt { $email } in das Konto { $account } ein.
invite-may = Sie dürfen nutzen
invite-accept = Annehmen
invite-decline = Ablehnen
invite-create-help = Wählen Sie einen Namen und ein Passwort für { $email }. Damit melden Sie sich künftig an.
invite-log-in-help = { $email } hat hier bereits einen Zugang. Geben Sie sein Passwort ein, um anzunehmen.
invite-other-text = Diese Einladung ging an { $invited }. Sie sind als { $current } angemeldet.
invite-other-switch = Abmelden und als { $email } annehmen
invite-other-accept = Als { $email } annehmen
invite-other-ask = Bitten, als { $email } annehmen zu dürfen
invite-other-ask-help = Wir bitten den Inhaber von { $account } per E-Mail um seine Zustimmung; er erteilt sie mit einem Klick.
invite-consent-requested-title = Der Inhaber wurde gefragt
invite-consent-requested-text = Der Inhaber von { $account } hat eine Nachricht mit der Bitte erhalten, dass Sie als { $email } annehmen dürfen. Wir schreiben Ihnen, sobald er zustimmt.
invite-expired-title = Diese Einladung ist abgelaufen
invite-expired-text = Einladungen gelten nur eine begrenzte Zeit. Bitten Sie die Person, die Sie eingeladen hat, sie erneut zu senden.
invite-used-title = Diese Einladung wurde schon benutzt
invite-used-text = Jede Einladung gilt einmal. Haben Sie sie angenommen, melden Sie sich einfach an. Wenn nicht, sagen Sie es der Person, die Sie eingeladen hat.
invite-cancelled-title = Diese Einladung wurde zurückgezogen
invite-cancelled-text = Sie wurde zurückgenommen oder durch eine neuere ersetzt. Suchen Sie nach einer späteren Nachricht, oder fragen Sie die Person, die Sie eingeladen hat.
invite-declined-title = Sie haben diese Einladung abgelehnt
invite-declined-text = Es hat sich nichts geändert, und Sie haben keinen Zugang erhalten. War es ein Versehen? Bitten Sie die Person, die Sie eingeladen hat, sie erneut zu senden.
consent-ask-title = Beitritt mit einer anderen Adresse?
consent-ask-text = Sie haben { $invited } in das Konto { $account } eingeladen. { $name } ({ $email }) hat den Link und bittet darum, mit dem eigenen Zugang annehmen zu dürfen.
consent-may = Darf nutzen
consent-allow = Erlauben
consent-refuse = Verweigern
consent-allowed-title = Erlaubt
consent-allowed-text = { $name } ({ $email }) kann die Einladung in das Konto { $account }, die an { $invited } ging, nun annehmen und wurde benachrichtigt.
consent-refused-title = Verweigert
consent-refused-text = { $name } ({ $email }) erhält keinen Zugang zu { $account }. Die Einladung an { $invited } bleibt für diese Adresse offen.
consent-expired-title = Hier ist nichts mehr zu entscheiden
consent-expired-text = Diese Frage wurde schon beantwortet, oder die Einladung ist nicht mehr offen.

## Berechtigungen

permissions-legend = Berechtigungen
permissions-all = Alle Berechtigungen
permissions-none = Keine Berechtigungen
permissions-scope-all = Alle Berechtigungen
permissions-scope-all-help = Alles Folgende.
permissions-scope-all-but-forbidden = Alles Folgende außer dem, was gesperrt ist.
permissions-scope-choose = Berechtigungen auswählen
permissions-scope-choose-help = Nur, was Sie ankreuzen.
permissions-presets = Schnellauswahl
permissions-defaults-missing = Die Vorschläge konnten nicht geladen werden. Bitte wählen Sie die Berechtigungen selbst.
permission-always = Immer enthalten.
permission-never = Kann nicht vergeben werden.
permission-group-account = Konto
permission-group-services = Dienste
permission-group-domains = Domains
permission-group-billing = Abrechnung
permission-group-support = Support
permission-profile = Kontodaten ändern
permission-profile-short = Kontodaten
permission-profile-help = Die Daten des Kontos und seine E-Mail-Einstellungen sehen und ändern.
permission-contacts = Kontakte sehen und verwalten
permission-contacts-short = Kontakte
permission-contacts-help = Kontakte sehen, anlegen, ändern und entfernen und festlegen, welche E-Mails sie erhalten.
permission-products = Produkte und Dienste sehen
permission-products-short = Dienste
permission-products-help = Dienste und Zusätze mit ihren Einzelheiten sehen.
permission-manageproducts = Produktpasswörter sehen und ändern
permission-manageproducts-short = Dienstpasswörter
permission-manageproducts-help = Das Passwort eines Dienstes ändern und seine anderen Aktionen nutzen. Setzt „Produkte und Dienste sehen“ voraus.
permission-productsso = Einmalanmeldung nutzen
permission-productsso-short = Einmalanmeldung
permission-productsso-help = Die Verwaltung eines Dienstes mit einem Klick öffnen, ohne sein Passwort. Setzt „Produkte und Dienste sehen“ voraus.
permission-domains = Domains sehen
permission-domains-short = Domains
permission-domains-help = Registrierte Domains mit ihren Einzelheiten sehen.
permission-managedomains = Domain-Einstellungen verwalten
permission-managedomains-short = Domain-Einstellungen
permission-managedomains-help = Nameserver, DNS-Einträge, Kontakte, Sperre und Verlängerung ändern und den Transfercode abrufen. Setzt „Domains sehen“ voraus.
permission-invoices = Rechnungen sehen und bezahlen
permission-invoices-short = Rechnungen
permission-invoices-help = Rechnungen sehen, drucken und bezahlen und Guthaben aufladen.
permission-quotes = Angebote sehen und annehmen
permission-quotes-short = Angebote
permission-quotes-help = Angebote sehen und annehmen; aus einem angenommenen Angebot wird eine Rechnung.
permission-tickets = Support-Tickets sehen und eröffnen
permission-tickets-short = Tickets
permission-tickets-help = Alle Tickets des Kontos sehen, neue eröffnen, antworten und schließen.
permission-affiliates = Partnerkonto sehen und verwalten
permission-affiliates-short = Partnerprogramm
permission-affiliates-help = Zahlen des Partnerprogramms und den Empfehlungslink sehen und eine Auszahlung anfordern.
permission-emails = E-Mails sehen
permission-emails-short = E-Mails
permission-emails-help = Jede E-Mail lesen, die an dieses Konto gesendet wurde.
permission-orders = Bestellungen, Upgrades und Kündigungen aufgeben
permission-orders-short = Bestellungen
permission-orders-help = Bestellen, hoch- oder herabstufen und Kündigungen beantragen.

## Benutzerverwaltung

users-title = Benutzerverwaltung
users-lead = Die Personen, die sich in { $account } anmelden können, und was jede von ihnen darf.
users-people-title = Benutzer
users-people-count = { $count ->
    [one] 1 Person
   *[other] { $count } Personen
}
users-column-person = Person
users-column-permissions = Berechtigungen
users-column-last-login = Letzte Anmeldung
users-column-two-factor = Zwei-Faktor
users-column-sent = Gesendet
users-column-expires = Läuft ab
users-owner-note = Darf immer alles
users-manage = Berechtigungen verwalten
users-remove = Zugang entziehen
users-resend = Erneut senden
users-cancel = Zurückziehen
users-pending-title = Offene Einladungen
users-pending-count = { $count ->
    [0] keine
    [one] 1 Einladung
   *[other] { $count } Einladungen
}
users-pending-none = Keine Einladung wartet auf Antwort.
users-invite-title = Neuen Benutzer einladen
users-invite-lead = Die Person erhält eine E-Mail mit einem Link. Damit meldet sie sich an oder wählt ein Passwort, wenn sie neu ist.
users-invite-placeholder = name@example.com
users-invite-submit = Einladung senden
permissions-title = Berechtigungen von { $name }
permissions-lead = Was { $name } ({ $email }) in { $account } darf. Änderungen gelten ab dem nächsten Klick der Person.
remove-title = { $name } den Zugang entziehen?
remove-text = { $name } ({ $email }) verliert den Zugang zu { $account } sofort und überall und wird per E-Mail benachrichtigt. Tickets und Antworten der Person bleiben.
remove-keep = Zugang behalten
invite-cancel-title = Einladung an { $email } zurückziehen?
invite-cancel-text = Der Link in der Nachricht an { $email } gilt sofort nicht mehr. Sie können die Person jederzeit erneut einladen.
invite-cancel-submit = Einladung zurückziehen
invite-cancel-keep = Behalten

## Übersicht

home-title = Übersicht
home-lead-owner = Dieses Konto gehört Ihnen.
home-lead-user = Sie haben als Benutzer Zugang zu diesem Konto.
home-waiting-title = Wartet auf Sie
home-waiting-none = Nichts. Hier ist alles erledigt.
home-see-all = Alle ansehen
home-tickets-title = Neueste Tickets
home-tickets-none = Noch keine Tickets. Wenn etwas nicht stimmt, eröffnen Sie eines, und wir antworten.
home-people-title = Personen
home-people-count = { $count ->
    [one] Nur Sie haben Zugang zu diesem Konto.
   *[other] { $count } Personen haben Zugang zu diesem Konto.
}
home-people-pending = { $count ->
    [one] Eine Einladung wartet auf Antwort.
   *[other] { $count } Einladungen warten auf Antwort.
}
home-security-title = Ihr Zugang
home-security-on = Die Zwei-Faktor-Anmeldung schützt Ihren Zugang.
home-security-off = Ein zweiter Faktor hält andere fern, selbst wenn sie Ihr Passwort erfahren.
waiting-ticket-answered = Ticket { $reference } wurde beantwortet: { $subject }

## Kontodaten

account-title = Kontodaten
account-lead = Kontaktangaben des Kontos. Sie sind kein Zugang: Benutzer melden sich mit ihrer eigenen Adresse an.
account-locale = Sprache der E-Mails
account-currency = Währung
account-currency-note = unser Support kann sie ändern
account-preferences-title = E-Mail-Einstellungen des Kontos
account-preferences-lead = Welche E-Mails an { $email } gehen. Andere können sie als Kontakte erhalten. Sicherheitsmeldungen gehen immer an den betroffenen Benutzer.
account-preferences-save = Einstellungen speichern

## Die sechs Arten von E-Mails

category-general = Allgemein
category-general-help = Neues zum Konto und alles, was sonst nirgends hingehört.
category-invoice = Rechnung
category-invoice-help = Rechnungen, Erinnerungen und Quittungen.
category-support = Support
category-support-help = Tickets und die Antworten darauf.
category-product = Produkt
category-product-help = Dienste: Einrichtung, Änderungen, Sperrung.
category-domain = Domain
category-domain-help = Registrierung, Verlängerung und Transfer von Domains.
category-affiliate = Partnerprogramm
category-affiliate-help = Provisionen und Auszahlungen.
category-security = Sicherheit

## Kontakte

contacts-title = Kontakte
contacts-lead = Kontakte erhalten die E-Mails, die Sie für sie auswählen. Anmelden können sie sich nicht.
contacts-search = Kontakte durchsuchen
contacts-column-contact = Kontakt
contacts-column-categories = Erhält
contacts-no-mail = Keine E-Mails
contacts-empty-title = Noch keine Kontakte
contacts-empty-text = Senden Sie Rechnungen direkt an Ihre Buchhaltung oder Ticket-Nachrichten an Ihre Entwicklerin, ohne ihnen einen Zugang zu geben.
contact-new-title = Kontakt hinzufügen
contact-new-submit = Kontakt hinzufügen
contact-edit-title = Kontakt ändern
contact-categories = E-Mails, die dieser Kontakt erhält
contact-remove-title = { $email } entfernen?
contact-remove-text = { $email } erhält keine E-Mails dieses Kontos mehr. Was schon gesendet wurde, bleibt gesendet.
contact-remove-submit = Kontakt entfernen
contact-remove-keep = Behalten

## Ihr Profil

profile-title = Ihr Profil
profile-lead = Sie als Person, gleich in allen Ihren Konten.
profile-locale = Sprache
profile-time-zone = Zeitzone
profile-time-zone-help = Darin werden Datum und Uhrzeit angezeigt.
profile-email-lead = Damit melden Sie sich an. Eine Änderung gilt, sobald Sie den Link öffnen, den wir an die neue Adresse senden; die alte wird benachrichtigt.
profile-email-now = Jetzt
profile-email-verified = Bestätigt
profile-email-unverified = Nicht bestätigt
profile-email-new = Neue E-Mail-Adresse
profile-email-submit = E-Mail-Adresse ändern
profile-email-pending = Wir haben einen Link an { $email } gesendet. Bis Sie ihn öffnen, bleibt die jetzige Adresse.
profile-email-cancel = Jetzige Adresse behalten
preferences-title = Ihre E-Mail-Einstellungen
preferences-lead = Welche E-Mails von { $account } Sie selbst an { $email } erhalten möchten. Keine kommt doppelt.
preferences-security-note = Nachrichten zu Passwort, Zwei-Faktor-Anmeldung und Zugang erreichen Sie immer.

## Sicherheit

security-title = Sicherheit
security-lead = Wie Ihr Zugang geschützt ist und wo Sie angemeldet sind.
security-password-title = Passwort
security-password-note = Hier bleiben Sie angemeldet, auf allen anderen Geräten werden Sie abgemeldet.
security-password-submit = Passwort ändern
security-two-factor-title = Zwei-Faktor-Anmeldung
security-two-factor-since = An seit
security-two-factor-lead = Neben dem Passwort geben Sie einen Code aus einer App auf Ihrem Telefon ein. Mit dem Passwort allein kommt niemand hinein.
security-codes-left = { $count ->
    [0] Keine mehr übrig: Erstellen Sie jetzt neue
    [one] 1 übrig: Erstellen Sie bald neue
   *[other] { $count } übrig
}
security-codes-renew = Neue Wiederherstellungscodes
security-sessions-title = Wo Sie angemeldet sind
security-sessions-count = { $count ->
    [one] 1 Gerät
   *[other] { $count } Geräte
}
security-sessions-lead = Ist eines dabei, das Sie nicht kennen? Melden Sie es ab, und ändern Sie Ihr Passwort.
security-session-this = Dieses Gerät
security-session-seen = zuletzt benutzt
security-session-begun = seit
security-session-end = Abmelden
security-sessions-end-all = Überall abmelden
security-sessions-end-all-help = Auch auf diesem Gerät. Danach melden Sie sich mit Ihrem Passwort neu an.
session-device = { $browser } auf { $system }
session-device-unknown = Unbekanntes Gerät
two-factor-title = Zwei-Faktor-Anmeldung einrichten
two-factor-lead = Sie brauchen zwei Minuten und eine Authenticator-App auf Ihrem Telefon.
two-factor-set-up = Einrichten
two-factor-turn-off = Ausschalten
two-factor-qr = QR-Code für Ihre Authenticator-App
two-factor-step-app = Öffnen Sie Ihre Authenticator-App. Jede App für Einmalcodes ist geeignet.
two-factor-step-scan = Scannen Sie das Bild, oder tippen Sie den Text darunter ab.
two-factor-step-code = Geben Sie die sechs Ziffern ein, die die App jetzt zeigt.
two-factor-secret = Dasselbe als Text:
two-factor-code-help = Sechs Ziffern. Alle 30 Sekunden erscheint ein neuer Code.
two-factor-submit = Einschalten
confirm-off-title = Zwei-Faktor-Anmeldung ausschalten
confirm-off-text = Danach genügt Ihr Passwort allein zur Anmeldung. Ihre Wiederherstellungscodes gelten nicht mehr.
confirm-codes-title = Neue Wiederherstellungscodes
confirm-codes-text = Sie erhalten zehn neue Codes. Die alten gelten nicht mehr.
confirm-codes-submit = Neue Codes erstellen
recovery-codes-title = Wiederherstellungscodes
recovery-codes-lead = Jeder davon lässt Sie einmal hinein, wenn Ihr Telefon nicht zur Hand ist.
recovery-codes-once = Bewahren Sie sie jetzt auf, im Passwortmanager oder auf Papier. Sie werden nicht noch einmal angezeigt.
recovery-codes-done = Ich habe sie aufbewahrt

## Tickets

tickets-title = Support-Tickets
tickets-lead = Alles, was { $account } uns gefragt hat, ganz gleich, wer gefragt hat.
tickets-filter = Welche Tickets
tickets-show-open = Offen
tickets-show-answered = Warten auf Sie
tickets-show-closed = Geschlossen
tickets-show-all = Alle
tickets-show-waiting = Warten auf uns
tickets-search = Tickets durchsuchen
tickets-all-departments = Alle Abteilungen
tickets-column-subject = Betreff
tickets-column-status = Status
tickets-column-opener = Eröffnet von
tickets-column-updated = Letzte Änderung
tickets-column-account = Konto
tickets-replies = { $count ->
    [0] keine Antworten
    [one] 1 Antwort
   *[other] { $count } Antworten
}
tickets-empty-open-title = Keine offenen Tickets
tickets-empty-answered-title = Kein Ticket wartet auf Sie
tickets-empty-closed-title = Keine geschlossenen Tickets
tickets-empty-all-title = Noch keine Tickets
tickets-empty-text = Sagen Sie uns, was Sie brauchen oder was nicht stimmt. Die Antwort kommt hier und per E-Mail.
ticket-new-title = Ticket eröffnen
ticket-new-lead = Ein Ticket für ein Anliegen: So antwortet die richtige Person.
ticket-new-submit = Ticket eröffnen
ticket-department = Abteilung
ticket-subject = Betreff
ticket-message = Nachricht
ticket-message-help = Was haben Sie getan, was haben Sie erwartet, was ist geschehen? Bitte senden Sie nie Passwörter.
ticket-priority = Priorität
priority-low = Niedrig
priority-medium = Mittel
priority-high = Hoch
ticket-cc = Adressen in Kopie
ticket-cc-add = Noch jemanden in Kopie setzen
ticket-cc-help = Sie bekommen jede E-Mail zu diesem Ticket und können per E-Mail antworten. Trennen Sie Adressen durch Kommas oder Zeilen.
ticket-cc-submit = Adressen speichern
ticket-attachments = Anhänge
ticket-attachments-help = Bis zu { $count } Dateien mit je bis zu { $size } MB: Bilder, Dokumente, Texte und Archive.
ticket-quoted = Zitierten Text zeigen
ticket-who-got = Wer hat das erhalten?
ticket-mail-show = Die E-Mail zeigen, wie sie kam
ticket-mail-title = Eine E-Mail zu Ticket { $reference }
ticket-mail-download = E-Mail herunterladen
ticket-mail-note = Nichts darin wird von anderswo geladen.
ticket-mail-empty = Diese E-Mail enthält keinen Text, der sich zeigen lässt.
ticket-rate = Diese Antwort bewerten
ticket-rate-legend = Wie gut war sie? 1 ist schlecht, 5 ist sehr gut.
ticket-rate-comment = Was wir wissen sollten
ticket-rate-submit = Bewertung senden
ticket-rated = Mit { $stars } von 5 bewertet.
ticket-reopen = Ticket wieder öffnen
ticket-follow-up = Folgeticket eröffnen
ticket-closed-reopens = Dieses Ticket ist geschlossen. Eine Antwort öffnet es wieder, der Knopf auch.
markdown-help = Markdown geht: **fett**, Listen, `Code`, Links.
markdown-preview = Vorschau
ticket-opened = Eröffnet
ticket-reply-title = Antworten
ticket-reply-submit = Antwort senden
ticket-note = Notiz
ticket-note-title = Notiz schreiben
ticket-note-help = Nur für das Team: Kunden sehen sie nie und bekommen keine E-Mail darüber.
ticket-note-submit = Notiz speichern
ticket-close = Ticket schließen
ticket-closed = Dieses Ticket ist geschlossen und nimmt keine Antworten mehr an. Gibt es noch etwas? Eröffnen Sie ein neues.
ticket-status-open = Offen
ticket-status-answered = Beantwortet
ticket-status-customer-reply = Kundenantwort
ticket-status-on-hold = Zurückgestellt
ticket-status-in-progress = In Arbeit
ticket-status-closed = Geschlossen
badge-operator = Betreiber
badge-owner = Inhaber
badge-authorized = Berechtigter Benutzer
badge-sub_account = Unterkonto
badge-registered = Registrierter Benutzer
badge-external = Externer Benutzer
badge-guest = Gast
goes-not-to = { $who } bekommt keine:
goes-to-suppressed = E-Mails an diese Adresse kommen zurück, oder jemand hat sich beschwert.
goes-to-declined = E-Mails zu Tickets sind dort abgestellt.
goes-to-nobody = Niemand bekommt eine E-Mail zu dieser Antwort.
goes-to = { $count ->
    [one] Geht an 1 Person:
   *[other] Geht an { $count } Personen:
}
goes-to-staff = unser Support

## Verwaltung für Mitarbeiter

admin-badge = Mitarbeiter
admin-login-title = Anmeldung für Mitarbeiter
admin-login-customer = Sie sind Kunde? Hier anmelden.
admin-menu-home = Übersicht
admin-menu-accounts = Konten
admin-menu-tickets = Tickets
admin-menu-hooks = Hooks
admin-home-title = Übersicht
admin-home-lead = { $count ->
    [0] Kein Ticket wartet auf Antwort.
    [one] Ein Ticket wartet auf Antwort.
   *[other] { $count } Tickets warten auf Antwort.
}
admin-home-tickets = { $count ->
    [one] Ticket wartet auf uns
   *[other] Tickets warten auf uns
}
admin-home-accounts = { $count ->
    [one] Konto
   *[other] Konten
}
admin-home-users = { $count ->
    [one] Benutzer
   *[other] Benutzer
}
admin-home-waiting = Warten am längsten
admin-home-waiting-none = Alle Kunden haben eine Antwort.
admin-accounts-title = Konten
admin-accounts-search = Name oder E-Mail-Adresse suchen
admin-accounts-column-account = Konto
admin-accounts-column-users = Benutzer
admin-accounts-column-created = Seit
admin-accounts-empty-title = Noch keine Konten
admin-accounts-empty-text = Der erste Kunde, der sich registriert, erscheint hier.
admin-account-since = Kunde seit
admin-account-parts = Teile dieser Seite
admin-account-users = Benutzer
admin-account-events = Was geschehen ist
admin-account-events-none = Zu diesem Konto ist nichts aufgezeichnet.
admin-user-since = Benutzer seit
admin-user-no-accounts = Dieser Benutzer hat zu keinem Konto Zugang.
admin-user-reset = Zwei-Faktor zurücksetzen
admin-user-reset-title = Den zweiten Faktor von { $name } entfernen?
admin-user-reset-text = { $email } kann sich danach mit dem Passwort allein anmelden und die Zwei-Faktor-Anmeldung neu einrichten. Die Person wird per E-Mail benachrichtigt. Stellen Sie sicher, dass wirklich sie darum bittet.
admin-tickets-empty-title = Keine Tickets hier
admin-ticket-closed = Dieses Ticket ist geschlossen und nimmt keine Antworten mehr an.
admin-hooks-title = Hooks
admin-hooks-lead = { $count ->
    [0] Jeder Hook ist in Betrieb.
    [one] Ein Hook ist außer Betrieb.
   *[other] { $count } Hooks sind außer Betrieb.
}
admin-hooks-in = Läuft
admin-hooks-unused = Noch nicht gelaufen
admin-hooks-failing = Schlägt mitunter fehl
admin-hooks-out = Außer Betrieb
admin-hooks-trial = Wird mit dem nächsten Ereignis versucht
admin-hooks-out-since = Außer Betrieb seit
admin-hooks-retry-at = Nächster Versuch
admin-hooks-counted = { $runs ->
    [one] Ein Lauf
   *[other] { $runs } Läufe
}, { $failures ->
    [0] keiner fehlgeschlagen
    [one] einer fehlgeschlagen
   *[other] { $failures } fehlgeschlagen
}
admin-hooks-since = seit
admin-hooks-last-failure = Letzter Fehler
admin-hooks-event = Ereignis
admin-hooks-try = Jetzt erneut versuchen
admin-hooks-dead = { $count ->
    [one] Ein Ereignis wurde aufgegeben
   *[other] { $count } Ereignisse wurden aufgegeben
}
admin-hooks-again = Erneut ausführen
admin-hooks-webhooks = { $count ->
    [one] Ein Web-Hook wurde aufgegeben
   *[other] { $count } Web-Hooks wurden aufgegeben
}
admin-hooks-refused = { $count ->
    [one] Eine Wirkung wurde abgelehnt
   *[other] { $count } Wirkungen wurden abgelehnt
}
admin-hooks-try-means = Jetzt erneut versuchen beendet die Pause: der Hook wird mit dem nächsten Ereignis versucht.
admin-hooks-again-means = Erneut ausführen holt nach, was aufgegeben wurde, mit dem Skript von heute.
admin-hooks-empty-title = Keine Hooks
admin-hooks-empty-text = Skripte aus dem Ordner hooks/ erscheinen hier, sobald sie gespeichert sind.
flash-hook-tried = { $hook } wird mit dem nächsten Ereignis versucht.
flash-hook-again = { $count ->
    [0] Es wurde nichts aufgegeben.
    [one] Ein Lauf wird erneut ausgeführt.
   *[other] { $count } Läufe werden erneut ausgeführt.
}

## E-Mail-Vorlagen, für das Team

admin-menu-templates = E-Mail-Vorlagen

templates-title = E-Mail-Vorlagen
templates-lead = Was E-Mails sagen, in jeder Sprache. Wo eine Nachricht nicht übersetzt ist, gilt die Sprache, die der Pfeil nennt.
templates-name = Nachricht
templates-event = Berichtet von
templates-no-event = von Skripten gesendet
templates-parts = Rahmen und Bausteine
templates-parts-lead = Daraus bestehen die Nachrichten: Eine Änderung zeigt sich in allen, die sie verwenden.
templates-state-fine = In Ordnung
templates-state-warning = Bitte ansehen
templates-state-error = Fehler
templates-state-missing = Fehlt
templates-write = schreiben
templates-edited = Bearbeitet
templates-own = Eigene
templates-old = Aus einer früheren Version
templates-diverged = Vom Update geändert
templates-shipped = Wie ausgeliefert
templates-new = Noch nicht geschrieben
templates-new-text = In dieser Sprache gibt es die Nachricht noch nicht. Unten steht als Anfang die, die an ihrer Stelle gilt; Speichern legt eine Datei für diese Sprache an.
templates-diverged-text = Diese Vorlage wurde hier bearbeitet, und das Update bringt eine andere Fassung als die, aus der sie entstand. Gesendet wird weiterhin Ihre.
templates-diverged-look = Beide Änderungen ansehen
templates-merging-text = Unten stehen Ihre Änderungen und die des Updates zusammen. Sehen Sie sie durch und speichern Sie dann.
templates-languages = Sprachen
templates-source = Quelltext
templates-save = Speichern und ab jetzt senden
templates-preview = Vorschau
templates-history = Verlauf
templates-problems = Was nicht stimmt
templates-line = Zeile { $line }
templates-looks = So sieht sie aus
templates-on = Gezeigt an
templates-sample = Beispiel { $number }
templates-kind = Für
templates-kind-user = einen Benutzer
templates-kind-contact = einen Kontakt
templates-kind-account = die Adresse des Kontos
templates-kind-staff = das Team
templates-kind-address = jemanden von außen
templates-shown-as = Gezeigt an der Nachricht „{ $name }“, die sie verwendet.
templates-subject = Betreff
templates-from = Von
templates-test = An sich selbst senden
templates-test-lead = Wie sie im Editor steht, über den Mailserver, der alle E-Mails sendet. Sie steht in keinem Verlauf, und ihre Links führen nirgendwohin.
templates-test-to = E-Mail-Adresse
templates-test-do = Test senden
templates-test-ask = Diese E-Mail jetzt an { $email } senden?
templates-test-send = Senden
templates-test-not = Nicht senden
templates-test-sent = An { $email } gesendet über { $relay }. Der Server sagt: { $answer }
templates-test-kept = Es ist kein Mailserver eingestellt: Die E-Mail an { $email } liegt in /dev/mailbox.
templates-test-refused = Der Server lehnt die E-Mail an { $email } ab: { $why }
templates-test-later = Kein Server nimmt die E-Mail an { $email } jetzt an: { $why }. Versuchen Sie es später noch einmal.
templates-test-unknown = Ob die E-Mail an { $email } ankam, ist nicht bekannt: { $why }. Sehen Sie im Postfach nach.
templates-test-address = Nicht gesendet: Das ist keine E-Mail-Adresse. Schreiben Sie eine wie name@example.com.
templates-test-wrong = Nicht gesendet: Die Vorlage lässt sich so nicht anzeigen. Was nicht stimmt, steht oben.
templates-width = Breite
templates-width-desk = Bildschirm
templates-width-phone = Telefon
templates-width-text = Nur Text
templates-changed-title = Die Datei wurde inzwischen geändert
templates-changed-text = Von der Datei, wie sie jetzt ist, zu dem, was Sie geschrieben haben. Erneutes Speichern überschreibt sie.
templates-changed-trouble = Nicht gespeichert: Jemand anders hat diese Vorlage gespeichert, seit Sie sie geöffnet haben. Was Sie geschrieben haben, ist nicht verloren.
templates-not-saved = Nicht gespeichert: Etwas stimmt nicht. Was bisher gesendet wurde, wird weiter gesendet.
templates-not-written = Nicht gespeichert: { $file } lässt sich nicht schreiben ({ $why }). Geben Sie dem Benutzer, unter dem der Server läuft, das Recht dazu.
templates-versions = Fassungen
templates-versions-lead = Die bisher galten, die neueste zuerst. Öffnen Sie eine, um zu sehen, was die Rückkehr zu ihr ändern würde.
templates-live = Gilt
templates-by-edit = Gespeichert von { $who }
templates-by-restore = Zurückgeholt von { $who }
templates-by-shipped = Auf die ausgelieferte Fassung gesetzt von { $who }
templates-by-merge = Mit dem Update verbunden von { $who }
templates-by-file = Im Ordner geändert
templates-release = Ihre Änderungen und die des Updates
templates-release-text = Das Update hat diese Vorlage geändert, seit Ihre entstand.
templates-shipped-version = Die ausgelieferte Fassung
templates-shipped-version-text = Wie dieses Update sie bringt.
templates-your-edits = Ihre Änderungen
templates-base-guessed = Woraus Ihre entstand, ist nicht sicher bekannt: Sie wurde bearbeitet, bevor der Server zum ersten Mal lief.
templates-release-edits = Was das Update geändert hat
templates-conflicts = Die beiden Änderungen treffen sich. Zusammengeführt sind die Stellen mit <<<<<<< und >>>>>>> bezeichnet: Entscheiden Sie dort, bevor Sie speichern.
templates-no-conflicts = Die beiden Änderungen treffen sich nicht: Sie lassen sich so verbinden.
templates-join = Beide im Editor verbinden
templates-keep-mine = Meine so lassen
templates-would-change = Was das ändern würde
templates-use-shipped = Wieder die ausgelieferte verwenden
templates-use-version = Diese Fassung wieder verwenden
templates-cancel = So lassen, wie es ist
templates-same = Sie ist dieselbe wie die jetzige.
flash-template-saved = { $file } ist gespeichert. Die nächste E-Mail wird damit gemacht.
flash-template-restored = { $file } ist wieder wie in jener Fassung. Die nächste E-Mail wird damit gemacht.
flash-template-settled = { $file } bleibt, wie sie ist.

## Postfach der Demo

mailbox-title = Postfach
mailbox-lead = Es ist kein Mailserver eingerichtet. Darum bleibt jede Nachricht hier, so wie sie gesendet worden wäre.
mailbox-search = Adresse oder Betreff suchen
mailbox-refresh = Aktualisieren
mailbox-empty-title = Noch keine Nachrichten
mailbox-empty-text = Laden Sie jemanden ein oder eröffnen Sie ein Ticket, und sehen Sie dann wieder nach.
mailbox-from = Von
mailbox-to = An
mailbox-at = Gesendet
mailbox-links = Links
mailbox-html = Wie ein Mailprogramm sie zeigt
mailbox-text = Textteil
mailbox-headers = Kopfzeilen

## Fehlerseiten

error-number = Fehler { $status }
error-request-id = Wenn Sie uns dazu fragen, nennen Sie bitte
error-retry = { $seconds ->
    [one] Versuchen Sie es in einer Sekunde wieder.
   *[other] Versuchen Sie es in { $seconds } Sekunden wieder.
}
error-400-title = Das konnten wir nicht verstehen
error-400-text = Die Anfrage war unvollständig oder beschädigt, darum wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-401-title = Bitte melden Sie sich an
error-401-text = Ihre Anmeldung ist abgelaufen, deshalb wurde nichts geändert. Melden Sie sich an und senden Sie es noch einmal.
error-403-title = Das dürfen Sie nicht öffnen
error-403-text = Die Anfrage kam nicht von einer unserer Seiten, oder Ihre Anmeldung erlaubt sie nicht. Es wurde nichts geändert. Laden Sie die Seite neu und versuchen Sie es noch einmal.
error-403-permission = Es fehlt die Berechtigung „{ $permission }“.
error-403-permission-next = Der Inhaber des Kontos kann sie unter „Benutzerverwaltung“ vergeben.
error-403-owner = Das kann nur der Inhaber des Kontos.
error-404-title = Hier ist nichts
error-404-text = Die Adresse ist falsch, oder was hier war, ist fort oder gehört zu einem anderen Konto. Wenn Sie mehrere Konten haben, wechseln Sie und versuchen Sie es noch einmal.
error-405-title = So geht das nicht
error-405-text = Diese Adresse gibt es, aber nicht für diese Art von Anfrage. Es wurde nichts geändert.
error-410-title = Das gibt es nicht mehr
error-410-text = Der Link war einmal gültig und ist es nicht mehr. Bitten Sie dort um einen neuen, wo Sie ihn bekommen haben.
error-413-title = Das war zu groß
error-413-text = Was Sie gesendet haben, ist größer, als wir annehmen; es wurde nichts gespeichert. Gehen Sie zurück, kürzen Sie es und senden Sie es noch einmal.
error-429-title = Zu viele Versuche
error-429-text = Zur Sicherheit aller machen wir hier eine kurze Pause. Es wurde nichts geändert.
error-500-title = Bei uns ist etwas schiefgegangen
error-500-text = Es lag nicht an Ihnen. Was Sie zuletzt gesendet haben, ist vielleicht nicht gespeichert; sehen Sie nach, bevor Sie es erneut senden. Bei uns ist der Fehler vermerkt.
error-503-title = Wir sind gleich wieder da
error-503-text = Wir erreichen unsere Daten gerade nicht. Von Ihnen ist nichts verloren. Bitte versuchen Sie es gleich noch einmal.

## Was auf eine Handlung folgt

flash-logged-out = Sie sind abgemeldet.
flash-logged-out-everywhere = Sie sind auf allen Geräten abgemeldet.
flash-verify-sent = Wir haben eine Nachricht an { $email } gesendet. Öffnen Sie den Link darin.
flash-password-reset = Ihr neues Passwort ist gespeichert. Melden Sie sich damit an.
flash-password-changed = Ihr Passwort ist geändert. Ihre anderen Geräte sind abgemeldet.
flash-account-switched = Sie sind jetzt in { $account }.
flash-account-created = { $account } ist eröffnet, und Sie sind der Inhaber.
flash-account-left = Sie haben { $account } verlassen.
flash-account-saved = Die Kontodaten sind gespeichert.
flash-preferences-saved = Die E-Mail-Einstellungen sind gespeichert.
flash-invite-sent = Einladung an { $email } gesendet. Sie gilt bis { $until }.
flash-invite-resent = Einladung erneut an { $email } gesendet. Der frühere Link gilt nicht mehr; der neue gilt bis { $until }.
flash-invite-cancelled = Die Einladung an { $email } ist zurückgezogen.
flash-invite-accepted = Willkommen! Sie haben jetzt Zugang zu { $account }.
flash-invite-declined = Sie haben die Einladung abgelehnt.
flash-permissions-saved = Die Berechtigungen von { $name } sind gespeichert: { $permissions }.
flash-permissions-same = Es hat sich nichts geändert: { $name } hatte genau diese Berechtigungen.
flash-user-removed = { $name } ({ $email }) hat keinen Zugang mehr.
flash-contact-added = { $email } ist jetzt ein Kontakt.
flash-contact-saved = Der Kontakt { $email } ist gespeichert.
flash-contact-removed = { $email } ist kein Kontakt mehr.
flash-profile-saved = Ihr Profil ist gespeichert.
flash-email-change-sent = Wir haben einen Link an { $email } gesendet. Öffnen Sie ihn, damit die Änderung gilt.
flash-email-change-cancelled = Ihre E-Mail-Adresse bleibt { $email }.
flash-two-factor-off = Die Zwei-Faktor-Anmeldung ist aus.
flash-session-ended = Dieses Gerät ist abgemeldet.
flash-ticket-opened = Ticket { $reference } ist eröffnet. Wir antworten hier und per E-Mail.
flash-ticket-replied = Ihre Antwort ist gesendet.
flash-ticket-noted = Die Notiz ist gespeichert.
flash-ticket-closed = Das Ticket { $reference } ist geschlossen.
flash-ticket-reopened = Das Ticket { $reference } ist wieder offen.
flash-ticket-cc = Die Adressen in Kopie sind gespeichert.
flash-ticket-rated = Danke: Ihre Bewertung ist gespeichert.
flash-two-factor-reset = Der zweite Faktor von { $email } ist entfernt. Die Person wurde benachrichtigt.

## Was an einem Feld nicht stimmt

invalid-required = { $label }: Bitte füllen Sie dieses Feld aus.
invalid-too-long = { $label }: Das ist zu lang. Bitte kürzen Sie es.
invalid-choice = { $label }: Bitte wählen Sie etwas aus der Liste.
invalid-email = Das ist keine vollständige E-Mail-Adresse. Sie sieht aus wie name@example.com.
invalid-password-short = Bitte verwenden Sie mindestens { $min } Zeichen.
invalid-password-long = Bitte verwenden Sie höchstens { $max } Zeichen.
invalid-password-same = Das ist Ihr jetziges Passwort. Bitte wählen Sie ein anderes.
invalid-login = Diese E-Mail-Adresse und dieses Passwort gehören nicht zusammen. Prüfen Sie beides, oder nutzen Sie „Passwort vergessen“.
invalid-current-password = Das ist nicht Ihr jetziges Passwort.
invalid-code = Dieser Code gilt nicht. Codes wechseln alle 30 Sekunden; geben Sie den neuesten ein.
invalid-code-stale = Es ist zu viel Zeit vergangen. Bitte melden Sie sich noch einmal an.
invalid-throttled = { $minutes ->
    [one] Zu viele Versuche. Bitte versuchen Sie es in einer Minute wieder.
   *[other] Zu viele Versuche. Bitte versuchen Sie es in { $minutes } Minuten wieder.
}
invalid-locked = { $label } kann hier nicht geändert werden. { $reason }
invalid-rules-missing = Berechtigungen können im Moment nicht vergeben werden, weil eine Regel dieser Seite nicht funktioniert. Bitte versuchen Sie es später noch einmal, oder fragen Sie unseren Support.
invalid-refused = Eine unserer Regeln lässt das nicht zu. Bitte fragen Sie unseren Support.
invalid-permissions-none = Kreuzen Sie mindestens eine Berechtigung an, oder wählen Sie „Alle Berechtigungen“.
invalid-permission-forbidden = „{ $permission }“ kann nicht vergeben werden. { $reason }
invalid-permission-required = „{ $permission }“ kann nicht entzogen werden. { $reason }
invalid-permission-unknown = Es gibt keine Berechtigung „{ $permission }“.
invalid-invite-has-access = { $email } hat schon Zugang. Die Berechtigungen können Sie oben ändern.
invalid-invite-pending = { $email } hat schon eine Einladung. Mit „Erneut senden“ oben geht sie noch einmal hinaus.
invalid-invite-self = Das ist Ihre eigene Adresse, und Sie haben schon Zugang.
invalid-contact-exists = { $email } ist schon ein Kontakt.
invalid-email-of-house = Diese Adresse gehört zu unserem eigenen Haus. Bitte geben Sie eine Ihrer Adressen an.
invalid-email-same = Das ist Ihre jetzige Adresse.
invalid-email-taken = Diese Adresse kann nicht verwendet werden. Bitte wählen Sie eine andere.
invalid-ticket-closed = Dieses Ticket wurde inzwischen geschlossen und nimmt keine Antworten mehr an. Was Sie geschrieben haben, steht noch unten.
invalid-ticket-open = Dieses Ticket ist schon offen.
invalid-ticket-too-old = Dieses Ticket wurde vor zu langer Zeit geschlossen. Bitte eröffnen Sie ein Folgeticket.
invalid-ticket-merged = Dieses Ticket gehört jetzt zu einem anderen.
invalid-ticket-changed = Jemand anderes hat dieses Ticket im selben Moment geändert. Bitte sehen Sie noch einmal nach.
invalid-already-rated = Diese Antwort wurde schon bewertet.
invalid-attachment-empty = „{ $name }“ ist leer.
invalid-attachment-size = „{ $name }“ ist größer als { $size } MB. Bitte senden Sie eine kleinere Datei oder einen Link darauf.
invalid-attachment-type = „{ $name }“ ist von einer Art, die wir nicht annehmen. Erlaubt sind: { $types }.
invalid-attachment-mismatch = „{ $name }“ ist nicht, was der Name sagt, oder liefe als Programm. Bitte senden Sie es in anderer Form, etwa als Bild oder PDF.
invalid-attachment-count = Mit einer Nachricht können höchstens { $count } Dateien kommen. Senden Sie die anderen mit der nächsten.
invalid-attachment-gone = Ein Anhang ist nicht mehr da. Bitte wählen Sie ihn noch einmal.
invalid-password-common = Viele benutzen dieses Passwort, deshalb probieren andere es zuerst. Bitte wählen Sie ein anderes.
invalid-password-is-email = Ihre E-Mail-Adresse ist kein Passwort. Bitte wählen Sie ein anderes.
invalid-time-zone = { $label }: Bitte wählen Sie einen Eintrag der Liste.
invalid-too-many = { $label }: Das sind zu viele.
invalid-too-many-tries = Zu viele Versuche. Bitte warten Sie einige Minuten und versuchen Sie es noch einmal.
invalid-too-many-mails = Es sind schon mehrere solche E-Mails unterwegs. Sehen Sie auch im Spam-Ordner nach und versuchen Sie es in einer Stunde noch einmal.
invalid-email-verified = Ihre E-Mail-Adresse ist schon bestätigt.
invalid-email-unverified = Bitte bestätigen Sie zuerst Ihre eigene E-Mail-Adresse.
invalid-already-has-access = Sie haben schon Zugriff auf dieses Konto.
invalid-consent-needed = Der Inhaber hat noch nicht zugestimmt, dass Sie mit einer anderen Adresse annehmen.
invalid-consent-needless = Diese Einladung wurde an Sie gesendet: Nehmen Sie sie einfach an.
invalid-inviter-left = Wer Sie eingeladen hat, ist nicht mehr Inhaber des Kontos. Bitten Sie den Inhaber um eine neue Einladung.
invalid-two-factor-on = Die Zwei-Faktor-Anmeldung ist schon eingeschaltet.
invalid-two-factor-off = Die Zwei-Faktor-Anmeldung ist nicht eingeschaltet.
invalid-two-factor-not-begun = Bitte scannen Sie das Bild neu: Es hat sich inzwischen geändert.

## Datum und Uhrzeit; Monat und Wochentag sind die Nachrichten weiter unten

date = { $day }. { $month } { $year }
date-time = { $day }. { $month } { $year }, { $time } Uhr
date-long = { $weekday }, { $day }. { $month }
date-exact = { $weekday }, { $day }. { $month } { $year }, { $time } Uhr { $zone }
ago-now = gerade eben
ago-minutes = { $count ->
    [one] vor 1 Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor 1 Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] vor 1 Tag
   *[other] vor { $count } Tagen
}
in-minutes = { $count ->
    [one] in 1 Minute
   *[other] in { $count } Minuten
}
in-hours = { $count ->
    [one] in 1 Stunde
   *[other] in { $count } Stunden
}
in-days = { $count ->
    [one] in 1 Tag
   *[other] in { $count } Tagen
}
weekday-1 = Montag
weekday-2 = Dienstag
weekday-3 = Mittwoch
weekday-4 = Donnerstag
weekday-5 = Freitag
weekday-6 = Samstag
weekday-7 = Sonntag
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember

## Sprachen, jede in ihren eigenen Worten

language-en = English
language-de = Deutsch

## Länder, nach ihrem Code in ISO 3166

country-AD = Andorra
country-AE = Vereinigte Arabische Emirate
country-AF = Afghanistan
country-AG = Antigua und Barbuda
country-AI = Anguilla
country-AL = Albanien
country-AM = Armenien
country-AO = Angola
country-AQ = Antarktis
country-AR = Argentinien
country-AS = Amerikanisch-Samoa
country-AT = Österreich
country-AU = Australien
country-AW = Aruba
country-AX = Ålandinseln
country-AZ = Aserbaidschan
country-BA = Bosnien und Herzegowina
country-BB = Barbados
country-BD = Bangladesch
country-BE = Belgien
country-BF = Burkina Faso
country-BG = Bulgarien
country-BH = Bahrain
country-BI = Burundi
country-BJ = Benin
country-BL = St. Barthélemy
country-BM = Bermuda
country-BN = Brunei Darussalam
country-BO = Bolivien
country-BQ = Karibische Niederlande
country-BR = Brasilien
country-BS = Bahamas
country-BT = Bhutan
country-BV = Bouvetinsel
country-BW = Botsuana
country-BY = Belarus
country-BZ = Belize
country-CA = Kanada
country-CC = Kokosinseln
country-CD = Kongo-Kinshasa
country-CF = Zentralafrikanische Republik
country-CG = Kongo-Brazzaville
country-CH = Schweiz
country-CI = Côte d’Ivoire
country-CK = Cookinseln
country-CL = Chile
country-CM = Kamerun
country-CN = China
country-CO = Kolumbien
country-CR = Costa Rica
country-CU = Kuba
country-CV = Cabo Verde
country-CW = Curaçao
country-CX = Weihnachtsinsel
country-CY = Zypern
country-CZ = Tschechien
country-DE = Deutschland
country-DJ = Dschibuti
country-DK = Dänemark
country-DM = Dominica
country-DO = Dominikanische Republik
country-DZ = Algerien
country-EC = Ecuador
country-EE = Estland
country-EG = Ägypten
country-EH = Westsahara
country-ER = Eritrea
country-ES = Spanien
country-ET = Äthiopien
country-FI = Finnland
country-FJ = Fidschi
country-FK = Falklandinseln
country-FM = Mikronesien
country-FO = Färöer
country-FR = Frankreich
country-GA = Gabun
country-GB = Vereinigtes Königreich
country-GD = Grenada
country-GE = Georgien
country-GF = Französisch-Guayana
country-GG = Guernsey
country-GH = Ghana
country-GI = Gibraltar
country-GL = Grönland
country-GM = Gambia
country-GN = Guinea
country-GP = Guadeloupe
country-GQ = Äquatorialguinea
country-GR = Griechenland
country-GS = Südgeorgien und die Südlichen Sandwichinseln
country-GT = Guatemala
country-GU = Guam
country-GW = Guinea-Bissau
country-GY = Guyana
country-HK = Sonderverwaltungsregion Hongkong
country-HM = Heard und McDonaldinseln
country-HN = Honduras
country-HR = Kroatien
country-HT = Haiti
country-HU = Ungarn
country-ID = Indonesien
country-IE = Irland
country-IL = Israel
country-IM = Isle of Man
country-IN = Indien
country-IO = Britisches Territorium im Indischen Ozean
country-IQ = Irak
country-IR = Iran
country-IS = Island
country-IT = Italien
country-JE = Jersey
country-JM = Jamaika
country-JO = Jordanien
country-JP = Japan
country-KE = Kenia
country-KG = Kirgisistan
country-KH = Kambodscha
country-KI = Kiribati
country-KM = Komoren
country-KN = St. Kitts und Nevis
country-KP = Nordkorea
country-KR = Südkorea
country-KW = Kuwait
country-KY = Kaimaninseln
country-KZ = Kasachstan
country-LA = Laos
country-LB = Libanon
country-LC = St. Lucia
country-LI = Liechtenstein
country-LK = Sri Lanka
country-LR = Liberia
country-LS = Lesotho
country-LT = Litauen
country-LU = Luxemburg
country-LV = Lettland
country-LY = Libyen
country-MA = Marokko
country-MC = Monaco
country-MD = Republik Moldau
country-ME = Montenegro
country-MF = St. Martin
country-MG = Madagaskar
country-MH = Marshallinseln
country-MK = Nordmazedonien
country-ML = Mali
country-MM = Myanmar
country-MN = Mongolei
country-MO = Sonderverwaltungsregion Macau
country-MP = Nördliche Marianen
country-MQ = Martinique
country-MR = Mauretanien
country-MS = Montserrat
country-MT = Malta
country-MU = Mauritius
country-MV = Malediven
country-MW = Malawi
country-MX = Mexiko
country-MY = Malaysia
country-MZ = Mosambik
country-NA = Namibia
country-NC = Neukaledonien
country-NE = Niger
country-NF = Norfolkinsel
country-NG = Nigeria
country-NI = Nicaragua
country-NL = Niederlande
country-NO = Norwegen
country-NP = Nepal
country-NR = Nauru
country-NU = Niue
country-NZ = Neuseeland
country-OM = Oman
country-PA = Panama
country-PE = Peru
country-PF = Französisch-Polynesien
country-PG = Papua-Neuguinea
country-PH = Philippinen
country-PK = Pakistan
country-PL = Polen
country-PM = St. Pierre und Miquelon
country-PN = Pitcairninseln
country-PR = Puerto Rico
country-PS = Palästinensische Autonomiegebiete
country-PT = Portugal
country-PW = Palau
country-PY = Paraguay
country-QA = Katar
country-RE = Réunion
country-RO = Rumänien
country-RS = Serbien
country-RU = Russland
country-RW = Ruanda
country-SA = Saudi-Arabien
country-SB = Salomonen
country-SC = Seychellen
country-SD = Sudan
country-SE = Schweden
country-SG = Singapur
country-SH = St. Helena
country-SI = Slowenien
country-SJ = Spitzbergen und Jan Mayen
country-SK = Slowakei
country-SL = Sierra Leone
country-SM = San Marino
country-SN = Senegal
country-SO = Somalia
country-SR = Suriname
country-SS = Südsudan
country-ST = São Tomé und Príncipe
country-SV = El Salvador
country-SX = Sint Maarten
country-SY = Syrien
country-SZ = Eswatini
country-TC = Turks- und Caicosinseln
country-TD = Tschad
country-TF = Französische Süd- und Antarktisgebiete
country-TG = Togo
country-TH = Thailand
country-TJ = Tadschikistan
country-TK = Tokelau
country-TL = Timor-Leste
country-TM = Turkmenistan
country-TN = Tunesien
country-TO = Tonga
country-TR = Türkei
country-TT = Trinidad und Tobago
country-TV = Tuvalu
country-TW = Taiwan
country-TZ = Tansania
country-UA = Ukraine
country-UG = Uganda
country-UM = Amerikanische Überseeinseln
country-US = Vereinigte Staaten
country-UY = Uruguay
country-UZ = Usbekistan
country-VA = Vatikanstadt
country-VC = St. Vincent und die Grenadinen
country-VE = Venezuela
country-VG = Britische Jungferninseln
country-VI = Amerikanische Jungferninseln
country-VN = Vietnam
country-VU = Vanuatu
country-WF = Wallis und Futuna
country-WS = Samoa
country-XK = Kosovo
country-YE = Jemen
country-YT = Mayotte
country-ZA = Südafrika
country-ZM = Sambia
country-ZW = Simbabwe

# What stands in messages and notes about the mail that they came by
mail-in-no-subject = (kein Betreff)
mail-in-no-text = (Diese E-Mail enthält keinen lesbaren Text.)
mail-in-not-kept = Nicht als Datei behalten: { $name } ({ $why })
mail-in-why-empty = sie ist leer
mail-in-why-size = sie ist größer als { $size } MB
mail-in-why-type = Dateien dieser Art werden nicht angenommen
mail-in-why-mismatch = sie ist nicht, was ihr Name sagt
mail-in-why-count = eine Nachricht kann { $count } Dateien haben
mail-in-why-private = sie enthält, was nur für ihren Absender bestimmt war
mail-in-cut = Nur der Anfang dieser E-Mail wurde aufbewahrt; der Rest ihres Textes und ihrer Dateien fehlt
mail-in-text-goes-on = Der Text geht weiter: Alles davon steht in der Datei mail.txt
mail-in-text-goes-on-and-is-cut = Der Text geht weiter: Was davon aufbewahrt wurde, steht in der Datei mail.txt
mail-in-files-left-out = Es waren mehr Dateien, als angenommen werden können; die übrigen fehlen
mail-in-bad-encoding = Ein Teil dieser E-Mail ließ sich nicht lesen
mail-in-encrypted = Diese E-Mail ist verschlüsselt, deshalb lässt sich ihr Text hier nicht zeigen
mail-in-tnef = Outlook hat das Gesendete in winmail.dat verpackt, was nicht geöffnet wird
mail-in-claims = Die Adresse des Absenders ist bekannt bei: { $accounts }. Niemand hat nachgewiesen, dass sie ihm gehört, oder mehrere kennen sie; deshalb gehört dieses Ticket zu keinem Konto. Unter „Kunde“ können Sie es einem geben.
mail-in-outsiders = Die E-Mail nennt weitere Empfänger: { $addresses }. Sie bekommen keine Mail zu diesem Ticket, denn jeder kann diese E-Mail im Namen des Absenders geschrieben haben. Nehmen Sie sie in Kopie, wenn das stimmt.

# Mail that was not taken
admin-rejected-title = Abgewiesene Mail
admin-rejected-lead = Mail, die kein Ticket eröffnet und keines beantwortet hat, mit dem Grund. Sie können jede trotzdem annehmen; wurde nur der Anfang einer Mail aufbewahrt, sagt es ihre Seite.
admin-rejected-search = Absender, Betreffe, Gründe und Texte durchsuchen
admin-rejected-column-mail = Mail
admin-rejected-column-reason = Grund
admin-rejected-column-at = Wann
admin-rejected-no-subject = (kein Betreff)
admin-rejected-no-sender = unbekannter Absender
admin-rejected-no-text = Sie enthält keinen lesbaren Text.
admin-rejected-empty-title = Keine abgewiesene Mail
admin-rejected-empty-text = Mail, die kein Ticket eröffnet, erscheint hier mit dem Grund: automatische Antworten, Mailinglisten, Mail, die ein Hook ablehnt.
admin-rejected-text = Text
admin-rejected-files = Anhänge
admin-rejected-headers = Kopfzeilen
admin-rejected-accept = Trotzdem annehmen
admin-rejected-accepted = { $name } hat diese Mail angenommen.
admin-rejected-gone = Die Mail selbst wird nicht mehr aufbewahrt; dies steht noch im Protokoll.
admin-rejected-cut = Von dieser Mail wurden nur die ersten { $kept } von { $size } KB aufbewahrt. Wenn Sie sie annehmen, fehlt der Rest, und die Nachricht sagt es.
flash-mail-accepted = Die Mail steht jetzt im Ticket { $reference }.
flash-mail-not-accepted = Die Mail konnte nicht angenommen werden; ihre Seite sagt, warum.
error-mail = Diese Mail steht nicht im Protokoll.
error-mail-accepted = Diese Mail hat schon jemand angenommen.
error-mail-unreadable = Aus dieser Mail lässt sich kein Ticket machen: Sie ist nicht lesbar, nennt keinen Absender oder berichtet nur über eine andere Mail.
error-mail-gone = Die Mail selbst wird nicht mehr aufbewahrt.
mail-reason-unreadable = Nicht lesbar
mail-reason-automatic = Ein Programm hat sie von selbst gesendet
mail-reason-list = Sie kam über eine Mailingliste
mail-reason-own = Sie stammt von uns selbst
mail-reason-hops = Sie kam über zu viele Server, wie im Kreis
mail-reason-no-sender = Sie nennt keinen Absender
mail-reason-clients-only = Die Abteilung nimmt nur Mail von Kunden an
mail-reason-replies-only = Die Abteilung nimmt nur Antworten an
mail-reason-sender-rate = Der Absender hat in einer Stunde zu viele gesendet
mail-reason-ticket-rate = Das Ticket bekam in einer Stunde zu viele
mail-reason-ticket-closed = Das Ticket nimmt keine Antworten mehr an
mail-reason-refused = Ein Hook hat sie abgelehnt
mail-reason-invalid = Sie lässt sich nicht als Ticket speichern
mail-reason-bounce-unknown = Eine Mail kam zurück, aber es ist nicht erkennbar, welche

## Wörter, die Ereignisse auf Englisch tragen: Status, Priorität, Kennzeichen; dann warum jemand eine E-Mail erhält (folgt auf die Adresse)

word-open = Offen
word-answered = Beantwortet
word-customer-reply = Kundenantwort
word-on-hold = Zurückgestellt
word-in-progress = In Arbeit
word-closed = Geschlossen
word-low = Niedrig
word-medium = Mittel
word-high = Hoch
word-operator = Team
word-owner = Inhaber
word-authorized-user = Benutzer
word-sub-account = Kontakt
word-registered-user = Registriert
word-external-user = Extern
word-guest = Gast

word-belongs-to-the-department = gehört zur Abteilung
word-created-the-account = hat das Konto angelegt
word-has-the-ticket = bearbeitet das Ticket
word-is-copied-on-the-ticket = erhält Kopien zu diesem Ticket
word-is-the-account-s-own-address = ist die Adresse des Kontos
word-looks-after-the-server = betreut den Server
word-is-who-our-staff-opened-the-ticket-for = ist die Adresse, für die unser Team das Ticket eröffnet hat
word-opened-the-ticket = hat das Ticket eröffnet
word-owns-the-account = ist als Inhaber des Kontos hinterlegt
word-may-open-tickets = darf Tickets öffnen
word-is-a-contact-for-support = ist Kontakt für Support
word-is-a-contact-for-general-mail = ist Kontakt für Allgemeines
word-is-a-contact-for-invoice-mail = ist Kontakt für Rechnungen
word-is-a-contact-for-support-mail = ist Kontakt für Support
word-is-a-contact-for-product-mail = ist Kontakt für Produkte
word-is-a-contact-for-domain-mail = ist Kontakt für Domains
word-is-a-contact-for-affiliate-mail = ist Kontakt für das Partnerprogramm
word-asked-to-accept-the-invite = wollte die Einladung annehmen
word-was-invited = wurde eingeladen
word-is-to-become-a-log-in-address = soll Anmeldeadresse werden
word-was-the-log-in-address-so-far = war bisher die Anmeldeadresse
word-is-the-log-in-that-this-is-about = ist die Anmeldung, um die es geht
word-asked-for-general-mail = möchte E-Mails über Allgemeines
word-asked-for-invoice-mail = möchte E-Mails über Rechnungen
word-asked-for-support-mail = möchte E-Mails über Support
word-asked-for-product-mail = möchte E-Mails über Produkte
word-asked-for-domain-mail = möchte E-Mails über Domains
word-asked-for-affiliate-mail = möchte E-Mails über das Partnerprogramm
word-did-it = hat es selbst getan
word-gets-it-already = bekommt sie schon
word-gets-it-already-as-staff = bekommt sie schon, als Mitarbeiter
word-its-address-is-named-already = die Adresse ist schon genannt
word-no-script-named-them = von keinem Skript genannt
word-has-no-e-mail-address = hat keine E-Mail-Adresse
word-has-no-permission-for-tickets = hat keine Berechtigung für Tickets
word-has-no-permission-for-invoices = hat keine Berechtigung für Rechnungen
word-has-no-permission-for-products = hat keine Berechtigung für Produkte
word-has-no-permission-for-domains = hat keine Berechtigung für Domains
word-has-no-permission-for-affiliates = hat keine Berechtigung für das Partnerprogramm
word-has-not-ticked-general-mail = hat allgemeine E-Mails nicht angekreuzt
word-has-switched-general-mail-off = hat allgemeine E-Mails abgeschaltet
word-the-reader-switched-general-mail-off-for-this-address = hat allgemeine E-Mails für diese Adresse abbestellt
word-has-not-ticked-invoice-mail = hat E-Mails zu Rechnungen nicht angekreuzt
word-has-switched-invoice-mail-off = hat E-Mails zu Rechnungen abgeschaltet
word-the-reader-switched-invoice-mail-off-for-this-address = hat E-Mails zu Rechnungen für diese Adresse abbestellt
word-has-not-ticked-support-mail = hat Support-E-Mails nicht angekreuzt
word-has-switched-support-mail-off = hat Support-E-Mails abgeschaltet
word-the-reader-switched-support-mail-off-for-this-address = hat Support-E-Mails für diese Adresse abbestellt
word-has-not-ticked-product-mail = hat E-Mails zu Produkten nicht angekreuzt
word-has-switched-product-mail-off = hat E-Mails zu Produkten abgeschaltet
word-the-reader-switched-product-mail-off-for-this-address = hat E-Mails zu Produkten für diese Adresse abbestellt
word-has-not-ticked-domain-mail = hat E-Mails zu Domains nicht angekreuzt
word-has-switched-domain-mail-off = hat E-Mails zu Domains abgeschaltet
word-the-reader-switched-domain-mail-off-for-this-address = hat E-Mails zu Domains für diese Adresse abbestellt
word-has-not-ticked-affiliate-mail = hat E-Mails zum Partnerprogramm nicht angekreuzt
word-has-switched-affiliate-mail-off = hat E-Mails zum Partnerprogramm abgeschaltet
word-the-reader-switched-affiliate-mail-off-for-this-address = hat E-Mails zum Partnerprogramm für diese Adresse abbestellt
word-asked-for-its-mail-in-digests = möchte diese E-Mails gesammelt erhalten
word-had-its-share-of-mail-for-the-hour = hatte für diese Stunde schon genug E-Mails, daher kommen diese gesammelt
word-had-several-mails-about-the-ticket-within-a-minute = hatte binnen einer Minute schon mehrere E-Mails zu dem Ticket, daher kommen diese gesammelt
word-no-script-named-them-nor-did-they-ask-for-general-mail = von keinem Skript genannt, und hat nicht um allgemeine E-Mails gebeten
word-no-script-named-them-nor-did-they-ask-for-invoice-mail = von keinem Skript genannt, und hat nicht um E-Mails zu Rechnungen gebeten
word-no-script-named-them-nor-did-they-ask-for-support-mail = von keinem Skript genannt, und hat nicht um Support-E-Mails gebeten
word-no-script-named-them-nor-did-they-ask-for-product-mail = von keinem Skript genannt, und hat nicht um E-Mails zu Produkten gebeten
word-no-script-named-them-nor-did-they-ask-for-domain-mail = von keinem Skript genannt, und hat nicht um E-Mails zu Domains gebeten
word-no-script-named-them-nor-did-they-ask-for-affiliate-mail = von keinem Skript genannt, und hat nicht um E-Mails zum Partnerprogramm gebeten
word-has-the-ticket-now = bearbeitet das Ticket jetzt

## Der Schreibtisch, für das Team

admin-menu-departments = Abteilungen
admin-menu-statuses = Ticket-Status
admin-menu-canned = Textbausteine
admin-menu-staff = Team
role-admin = Verwalter
role-agent = Mitarbeiter
position = Platz
position-help = Listen stehen in dieser Reihenfolge; 1 kommt zuerst.
tickets-show-mine = Meine
tickets-show-unassigned = Nicht zugewiesen
tickets-all-states = Alle Status
tickets-column-assignee = Zugewiesen an
tickets-column-waiting = Wartet seit
ticket-nobody = Niemand
admin-tickets-empty-waiting = Alle Kunden haben eine Antwort.
admin-tickets-empty-mine = Kein offenes Ticket gehört Ihnen. Nehmen Sie eines aus der Liste.
admin-tickets-empty-unassigned = Jedes offene Ticket hat jemanden.
admin-tickets-empty-open = Wenn ein Kunde schreibt, erscheint das Ticket hier.
admin-tickets-empty-closed = Erledigte Tickets erscheinen hier.
admin-tickets-empty-all = Wenn ein Kunde schreibt, erscheint das Ticket hier.
bulk-choose = Auswählen
bulk-choose-one = { $reference } auswählen
bulk-title = Mit den ausgewählten Tickets
bulk-nothing = Wählen Sie mindestens ein Ticket aus, und was damit geschehen soll. Es wurde nichts geändert.
bulk-close = Schließen
bulk-assign = Zuweisen
bulk-assign-to = Zuweisen an …
bulk-close-title = { $count ->
    [one] Dieses Ticket schließen?
   *[other] Diese { $count } Tickets schließen?
}
bulk-close-text = Kunden erfahren davon, wie Ihre Hooks es bestimmen, und können ein Ticket eine Zeit lang wieder öffnen.
bulk-assign-title = { $count ->
    [one] Dieses Ticket { $name } geben?
   *[other] Diese { $count } Tickets { $name } geben?
}
bulk-unassign-title = { $count ->
    [one] Dieses Ticket niemandem zuweisen?
   *[other] Diese { $count } Tickets niemandem zuweisen?
}
bulk-assign-text = Wer sie bisher hatte, hat sie dann nicht mehr.
flash-bulk-closed = { $count ->
    [0] Kein Ticket wurde geschlossen.
    [one] Ein Ticket ist geschlossen.
   *[other] { $count } Tickets sind geschlossen.
}
flash-bulk-assigned = { $count ->
    [0] Kein Ticket wurde zugewiesen.
    [one] Ein Ticket ist zugewiesen.
   *[other] { $count } Tickets sind zugewiesen.
}
ticket-about = Zu diesem Ticket
ticket-customer = Kunde
ticket-no-account = Kein Konto
ticket-others = Weitere offene Tickets
ticket-new-for-account = Ein weiteres Ticket für sie eröffnen
ticket-take = Mir zuweisen
ticket-change-submit = Speichern
ticket-canned = Textbaustein
ticket-canned-none = Auswählen …
ticket-canned-insert = Einfügen
ticket-canned-empty = Es gibt noch keine Textbausteine.
ticket-reply-status = Status danach
ticket-reply-status-usual = Beantwortet
ticket-reply-close = Senden und schließen
ticket-send-anyway = Trotzdem senden
ticket-fresh = Neu, seit Sie zu schreiben begannen
ticket-overtaken = { $names } hat geschrieben, während Sie schrieben. Ihre Antwort ist noch nicht gesendet: Lesen Sie das Neue, ändern Sie Ihre Antwort, wenn nötig, und senden Sie sie trotzdem.
ticket-is-part = { $reference } gehört jetzt zu { $into }: Die Nachrichten stehen hier.
ticket-merge = Zusammenführen …
ticket-merge-title = Ein anderes Ticket in { $reference } einfügen
ticket-merge-lead = Für zwei Tickets zu einer Sache. Nur Tickets desselben Kunden können eines werden.
ticket-merge-reference = Zeichen des anderen Tickets
ticket-merge-look = Ansehen
ticket-merge-choose = Auswählen
ticket-merge-none = Dieser Kunde hat kein anderes Ticket.
ticket-merge-ask = { $reference }, „{ $subject }“, einfügen?
ticket-merge-will-move = { $count ->
    [one] Die Nachricht kommt nach { $into }, nach der Zeit zwischen die anderen, mit Dateien und Notizen.
   *[other] Die { $count } Nachrichten kommen nach { $into }, nach der Zeit zwischen die anderen, mit Dateien und Notizen.
}
ticket-merge-will-close = { $reference } wird geschlossen und führt zu { $into }: Links und Antworten per E-Mail gehen dorthin.
ticket-merge-will-lead = { $reference } bleibt geschlossen und führt zu { $into }: Links und Antworten per E-Mail gehen dorthin.
ticket-merge-will-copy = Wer es eröffnet hat oder in Kopie stand, steht von nun an in Kopie.
ticket-merge-for-good = Das lässt sich nicht rückgängig machen.
ticket-merge-submit = Tickets zusammenführen
ticket-merge-another = Ein anderes wählen
ticket-give = Einem Konto geben …
ticket-unproved = Per E-Mail, Absender nicht belegt
ticket-related = Betrifft Dienst oder Domain
ticket-related-help = Um welchen Dienst oder welche Domain es geht, falls um einen bestimmten.
ticket-take-back = Zurücknehmen …
ticket-account-title = { $reference } einem Konto geben
ticket-account-lead = { $email } hat es geschrieben, und es gehört noch zu keinem Konto.
ticket-account-known = Konten, die diese Adresse nennen
ticket-account-known-none = Kein Konto nennt { $email }.
ticket-account-own = Adresse des Kontos
ticket-account-others = Andere Konten
ticket-account-ask = { $account } geben?
ticket-account-unknown = { $email } ist bei { $account } nicht bekannt. Wer von dort schreibt, bekommt weiter die E-Mails dazu, weil er es eröffnet hat.
ticket-account-unproved = Niemand hat bestätigt, dass { $email } zu { $account } gehört: Jeder kann sich mit einer Adresse registrieren oder sie eintragen. Geben Sie das Ticket diesem Konto nur, wenn Sie wissen, dass es von ihm kommt.
ticket-account-will-read = { $count ->
    [one] Ab jetzt können die Nachricht mit ihren Dateien lesen:
   *[other] Ab jetzt können die { $count } Nachrichten mit ihren Dateien lesen:
}
ticket-account-will-mail = Antworten gehen auch an die Leute dieses Kontos; was schon gesendet ist, wird nicht noch einmal gesendet.
ticket-account-will-keep = Notizen bleiben beim Personal, und die Kennzeichen bleiben, wie sie beim Schreiben der Nachrichten waren.
ticket-account-submit = Ticket geben
ticket-account-back-title = { $reference } von { $account } zurücknehmen
ticket-account-back-will = Niemand von { $account } sieht es mehr; es gehört zu keinem Konto, und E-Mails dazu bekommt nur, wer es eröffnet hat oder schon vorher in Kopie stand.
ticket-account-back-stays = Was inzwischen gelesen, geschrieben oder per E-Mail gesendet wurde, bleibt.
ticket-account-back-submit = Zurücknehmen
told-given = { $by } hat es dem Konto { $account } gegeben.
told-taken-back = { $by } hat es vom Konto { $account } zurückgenommen.
flash-ticket-given = { $reference } gehört jetzt zu { $account }.
flash-ticket-taken-back = { $reference } gehört jetzt zu keinem Konto; { $account } hatte es.
invalid-ticket-has-account = Dieses Ticket gehört schon zu einem Konto. War es das falsche, nehmen Sie es erst zurück.
invalid-ticket-not-given = Dieses Ticket wurde für sein Konto eröffnet; niemand hat es ihm gegeben. Geht es um etwas anderes, eröffnen Sie ein weiteres.
ticket-split = Teilen …
ticket-split-title = { $reference } teilen
ticket-split-lead = Nachrichten zu einer anderen Sache werden ein eigenes Ticket, mit ihren Dateien. Die übrigen bleiben hier.
ticket-replies = Nachrichten
ticket-split-subject = Betreff des neuen Tickets
ticket-split-submit = Ticket teilen
ticket-for-title = Für wen ist das Ticket?
ticket-for-lead = Zum Beispiel für einen Kunden, der angerufen hat. Er sieht das Ticket als seines.
ticket-for-guest = Jemand ohne Konto
ticket-for-whom = Für
ticket-new-for = Für { $name }.
ticket-new-for-guest = Für jemanden ohne Konto, der per E-Mail antwortet.
presence-looking = { $count ->
    [one] { $names } sieht dieses Ticket auch gerade an.
   *[other] { $names } sehen dieses Ticket auch gerade an.
}
presence-writing = { $count ->
    [one] { $names } schreibt gerade eine Antwort.
   *[other] { $names } schreiben gerade Antworten.
}
presence-newer = { $name } hat inzwischen geschrieben. Laden Sie die Seite neu, um es zu lesen; wenn Sie senden, werden Sie erst gefragt, und nichts geht verloren.
told-taken = { $by } hat es übernommen.
told-assigned = { $by } hat es { $to } zugewiesen.
told-unassigned = { $by } hat die Zuweisung an { $from } aufgehoben.
told-moved = { $by } hat es von { $from } nach { $to } verschoben.
told-priority = { $by } hat die Priorität von { $from } auf { $to } geändert.
told-status = { $by } hat den Status von { $from } auf { $to } geändert.
told-cc = { $by } hat die Adressen in Kopie geändert: { $cc }
told-merged = { $by } hat { $reference } eingefügt.
told-split-from = { $by } hat es aus { $reference } herausgelöst.
told-split-to = { $by } hat einen Teil davon zu { $reference } gemacht.
flash-ticket-changed = { $reference } ist gespeichert.
flash-ticket-merged = { $reference } gehört jetzt zu { $into }.
flash-ticket-split = { $reference } entstand aus Nachrichten von { $from }.
flash-ticket-opened-for = Ticket { $reference } ist eröffnet, für { $name }.
keys-title = Tasten
keys-show = Tastatur
keys-close = Tickets schließen
keys-close-one = Zu „Ticket schließen“
keys-move = In der Liste auf und ab
keys-messages = Nächste und vorige Nachricht
keys-open = Das Ticket öffnen
keys-pick = Auswählen
keys-new = Ticket für einen Kunden eröffnen
keys-search = Suchen
keys-reply = Antworten
keys-note = Notiz schreiben
keys-back = Zurück zur Liste
keys-help = Diese Tasten
keys-done = Fertig
departments-lead = Wohin Tickets gehen. Kunden wählen darunter, und jede hat eine Adresse für E-Mail.
department-new-title = Abteilung hinzufügen
department-email-help = E-Mail dorthin eröffnet Tickets, und Antworten kommen von dort.
department-description = Wofür sie da ist
department-description-help = Ein Satz, der Kunden bei der Wahl hilft.
department-rules = Regeln
department-hidden = Verborgen
department-hidden-help = Kunden können sie nicht wählen; das Team kann Tickets dorthin verschieben.
department-clients-only = Nur Kunden
department-clients-only-help = E-Mail eröffnet nur dann ein Ticket, wenn wir die Adresse des Absenders kennen.
department-replies-only = Nur Antworten
department-replies-only-help = E-Mail beantwortet Tickets und eröffnet keine.
department-members = Wer sie betreut
department-members-help = Mitarbeiter, die keine Abteilung betreuen, sehen alle Tickets. Ist niemand ausgewählt, betreuen alle sie.
department-everybody = Alle
department-remove-title = { $name } entfernen?
department-remove-text = Die Tickets, offene und geschlossene, gehen in eine andere Abteilung. E-Mail an die Adresse eröffnet keine Tickets mehr.
department-remove-to = Die Tickets gehen an
flash-department-saved = { $name } ist gespeichert.
flash-removed = { $name } ist entfernt.
statuses-lead = Wo ein Ticket steht, und wer als Nächstes etwas tun muss.
status-new-title = Status hinzufügen
status-ours = Eingebaut
status-ours-lock = Diesen Status vergibt der Server selbst: Name und Bedeutung bleiben.
status-change-lead = Tickets mit diesem Status folgen Ihren Änderungen.
status-colour = Farbe
status-waits = Tickets mit diesem Status
status-waits-staff = warten auf uns
status-waits-customer = warten auf den Kunden
status-waits-nobody = sind geschlossen
status-remove-title = { $name } entfernen?
status-remove-text = Tickets mit diesem Status bekommen einen anderen.
status-remove-to = Sie bekommen
flash-status-saved = { $name } ist gespeichert.
canned-lead = Was das Team immer wieder schreibt: in eine Antwort einfügen, dann anpassen.
canned-new-title = Textbaustein hinzufügen
canned-title-help = Danach wählt das Team ihn aus; Kunden sehen es nie.
canned-placeholders = Wird beim Einfügen ausgefüllt:
canned-empty-title = Noch keine Textbausteine
canned-empty-text = Schreiben Sie auf, was Sie am häufigsten antworten. Es lässt sich in jede Antwort einfügen.
canned-remove-title = „{ $title }“ entfernen?
canned-remove-text = Antworten, die damit geschrieben wurden, bleiben, wie sie sind.
flash-canned-saved = „{ $title }“ ist gespeichert.
field-title = Titel
staff-lead = Wer hier arbeitet. Verwalter dürfen alles; Mitarbeiter beantworten die Tickets ihrer Abteilungen.
staff-new-title = Mitglied hinzufügen
staff-role = Rolle
staff-role-help = Mitarbeiter sehen Tickets und Kunden. Verwalter sehen auch Hooks, Vorlagen, Abteilungen und das Team.
staff-name-help = Kunden sehen ihn auf Antworten.
staff-password-help = Lassen Sie es leer, um das jetzige zu behalten. Ein neues meldet die Person überall ab.
staff-all-departments = Alle
staff-remove-title = { $name } entfernen?
staff-remove-text = Die Person kann sich nicht mehr anmelden, und ihre offenen Tickets gehören niemandem. Was sie schrieb, bleibt, mit ihrem Namen.
flash-staff-added = { $name } kann sich jetzt anmelden.
flash-staff-saved = { $name } ist gespeichert.
error-admin-only = Das dürfen nur Verwalter. Bitten Sie einen von ihnen.
invalid-last-admin = Jemand muss bleiben, der alles darf: Machen Sie zuerst jemand anderen zum Verwalter.
invalid-department-address-taken = Eine andere Abteilung hat diese Adresse.
invalid-cc-of-house = Diese Adresse ist eine von unseren: Wer dort von dem Ticket hören soll, tut es ohnehin.
invalid-attachment-waiting = Zu viele Ihrer Dateien kamen innerhalb einer Stunde und warten auf eine Nachricht. Bitte senden Sie, was Sie haben, oder versuchen Sie es später noch einmal.
invalid-email-of-customer = Das ist die Anmeldeadresse eines Kunden. Das Personal braucht eigene Adressen, damit seine E-Mails nicht für die des Kunden gehalten werden.
invalid-cc-unverified = Bitte bestätigen Sie zuerst Ihre eigene E-Mail-Adresse; bis dahin kann niemand eine Kopie bekommen.
invalid-new-addresses = In einer Stunde lassen sich nicht mehr als { $most } neue Adressen hinzufügen. Bitte versuchen Sie es nach dem { $until } mit den übrigen, oder fragen Sie unseren Support.
invalid-department-taken = Eine Abteilung dieses Namens gibt es schon.
invalid-department-used = Sie hat Tickets: Wählen Sie, wohin sie gehen.
invalid-department-last = Das ist die einzige Abteilung, und Tickets müssen irgendwohin gehen. Fügen Sie erst eine andere hinzu.
invalid-status-taken = Einen Status dieses Namens gibt es schon.
invalid-status-ours = Diesen Status vergibt der Server selbst, darum bleibt er.
invalid-status-used = Tickets haben diesen Status: Wählen Sie, welchen sie bekommen.
invalid-canned-taken = Einen Textbaustein dieses Titels gibt es schon.
invalid-ticket-same = Das ist dasselbe Ticket.
invalid-ticket-unknown = Ein Ticket dieses Zeichens gibt es nicht, oder Sie dürfen es nicht sehen.
invalid-ticket-other-account = Dieses Ticket gehört einem anderen Kunden: Nur Tickets eines Kunden lassen sich zusammenführen. Eines ohne Konto können Sie erst dem Konto dieses Tickets geben.

# Ausgehende E-Mails.
admin-menu-mail = E-Mails
admin-mail-title = E-Mails
admin-mail-count-waiting = { $count ->
    [0] nichts wartet
    [one] eine E-Mail wartet
   *[other] { $count } E-Mails warten
}
admin-mail-count-dead = { $count ->
    [0] keine aufgegeben
    [one] eine aufgegeben
   *[other] { $count } aufgegeben
}
admin-mail-count-suppressed = { $count ->
    [0] keine zurückgehalten
    [one] eine zurückgehalten
   *[other] { $count } zurückgehalten
}
admin-mail-relays = Mailserver
admin-mail-relays-none = Es ist kein Mailserver eingerichtet. E-Mails bleiben im eingebauten Postfach.
admin-mail-relay-away = Nicht erreichbar
admin-mail-relay-there = In Betrieb
admin-mail-relay-back = Nächster Versuch
admin-mail-relay-from = für Absender von
admin-mail-relay-per-second = höchstens { $count } je Sekunde
admin-mail-relay-per-minute = höchstens { $count } je Minute
admin-mail-filter = Welche E-Mails
admin-mail-search = Vollständige Adresse des Empfängers
admin-mail-column-mail = E-Mail
admin-mail-column-to = An
admin-mail-column-state = Zustand
admin-mail-column-when = Wann
admin-mail-tries = { $count } Versuche
admin-mail-nothing-text = In dieser Liste steht keine E-Mail an { $query }.
admin-mail-empty-title = Keine E-Mails
admin-mail-empty-text = Hier erscheinen E-Mails in diesem Zustand.
admin-mail-newest = Neueste
admin-mail-older = Ältere
admin-mail-again = Nochmals senden
admin-mail-again-now = Jetzt senden
admin-mail-drop = Verwerfen
admin-mail-suppressed = Diese Adresse erhält keine E-Mails
admin-mail-unsure-text = Nach einem Versuch kam keine Antwort: Diese E-Mail ist vielleicht gesendet. Ein weiterer Versuch kann sie doppelt zustellen, mit derselben Message-ID.
admin-mail-template = Vorlage
admin-mail-event = Ereignis
admin-mail-asked = Angefordert
admin-mail-next = Nächster Versuch
admin-mail-answer = Antwort des Servers
admin-mail-error = Was schiefging
admin-mail-tries-title = Gescheiterte Versuche
mail-state-waiting = Wartet
mail-state-held = Aufgeschoben
mail-state-dead = Aufgegeben
mail-state-suppressed = Nicht gesendet
mail-state-sent = Gesendet
mail-state-dropped = Verworfen
mail-state-digested = In Sammelmail
mail-state-declined = Abbestellt
mail-state-all = Alle
mail-state-bounced = Kam zurück
mail-state-unsure = Vielleicht gesendet
mail-try-later = Nicht angenommen, wird wieder versucht
mail-try-refused = Endgültig abgelehnt
mail-try-unknown = Keine Antwort: vielleicht gesendet
mail-try-template = Die E-Mail ließ sich nicht erzeugen
suppression-bounce = E-Mail kam zurück
suppression-complaint = Als Spam gemeldet
suppression-hand = Von Hand eingetragen
admin-suppressions-title = Adressen ohne E-Mails
admin-suppressions-lead = An diese Adressen wird nichts gesendet, außer was die Person selbst anfordert, etwa einen Link für ein neues Passwort.
admin-suppressions-until = bis
admin-suppressions-for-ever = bis es aufgehoben wird
admin-suppressions-lift = Aufheben
admin-suppressions-mail = Die E-Mail
admin-suppressions-search = Teil einer Adresse
admin-suppressions-empty-title = Jede Adresse erhält ihre E-Mails
admin-suppressions-empty-text = Hier erscheinen Adressen, deren E-Mails zurückkommen oder deren Inhaber sich beschweren.
admin-suppressions-add = Nichts mehr an eine Adresse senden
admin-suppressions-email = Adresse
admin-suppressions-why = Grund
admin-suppressions-why-help = Steht überall, wo die Adresse steht.
flash-mail-again = Die E-Mail an { $email } wird gesendet.
flash-mail-dropped = Die E-Mail an { $email } wird nicht gesendet.
flash-suppression-added = { $email } erhält keine E-Mails mehr.
flash-suppression-lifted = { $email } erhält wieder E-Mails.
invalid-suppressed = Diese Adresse erhält bereits keine E-Mails.
invalid-email-settled = Diese E-Mail wartet nicht mehr oder wird gerade gesendet.
invalid-email-under-way = Diese E-Mail wird gerade gesendet.
invalid-email-link-gone = Diese E-Mail zeigt einen Link, der einmal gilt und vergessen ist. Die Person muss einen neuen anfordern.

## Wer welche E-Mails erhält

mail-why-always = Ihr Anbieter hat dies für alle eingeschaltet.
mail-why-never = Ihr Anbieter sendet keine E-Mails dieser Art.
mail-why-host = Voreinstellung Ihres Anbieters; niemand hat sie geändert.
mail-why-chosen-account = Für dieses Konto so gewählt.
mail-why-unsubscribed = An dieser Adresse am { $date } abbestellt. Ein Haken schaltet es wieder ein.
mail-why-you-off = Von Ihnen so gewählt.
mail-why-you-on = Von Ihnen so gewählt.
preferences-role-note = Wo Sie nichts ändern, erhalten Sie, was Sie betrifft, etwa als Inhaber oder zu eigenen Tickets.
mail-pace-of = Wie bald: { $category }
mail-pace-now = Sofort
mail-pace-hourly = Einmal je Stunde
mail-pace-daily = Einmal täglich um 8 Uhr
mail-choice-of = Was Sie erhalten: { $category }
mail-choice-role = Was mich betrifft
mail-choice-get = Wie beim Konto eingestellt
mail-choice-on = Alles
mail-choice-off = Nichts
unsubscribe-title = Ihre E-Mails
unsubscribe-ask-title = E-Mails abbestellen: { $category }?
unsubscribe-ask-text = { $email } erhält dann keine E-Mails der Art „{ $category }“ mehr zum Konto { $account }. Noch ist nichts geändert.
unsubscribe-ask-text-alone = { $email } erhält dann keine E-Mails der Art „{ $category }“ mehr. Noch ist nichts geändert.
unsubscribe-done-title = Abbestellt: { $category }
unsubscribe-done-text = { $email } erhält keine E-Mails der Art „{ $category }“ mehr zum Konto { $account }. Andere E-Mails kommen weiterhin.
unsubscribe-done-text-alone = { $email } erhält keine E-Mails der Art „{ $category }“ mehr. Andere E-Mails kommen weiterhin.
unsubscribe-kept-title = Kommt wieder: { $category }
unsubscribe-kept-text = { $email } erhält E-Mails der Art „{ $category }“ zum Konto { $account } wie bisher.
unsubscribe-kept-text-alone = { $email } erhält E-Mails der Art „{ $category }“ wie bisher.
unsubscribe-fixed-title = Nicht abbestellbar: { $category }
unsubscribe-fixed-text = Unsere E-Mails der Art „{ $category }“ zum Konto { $account } gehen an alle, die sie betreffen, und damit an { $email }.
unsubscribe-fixed-text-alone = Unsere E-Mails der Art „{ $category }“ gehen an alle, die sie betreffen, und damit an { $email }.
unsubscribe-submit = Diese E-Mails abbestellen
unsubscribe-undo = Rückgängig
unsubscribe-more = Alle Arten von E-Mails, und wie oft
unsubscribe-more-note = Dies gilt für diese Adresse und dieses Konto. E-Mails zu Anmeldung und Zugang kommen immer an.

## E-Mail-Verlauf

emails-title = E-Mail-Verlauf
emails-lead = Was wir an die Personen von { $account } gesendet haben, jede Nachricht so, wie sie hinausging.
emails-search = Betreff oder Adresse suchen
emails-category = Art
emails-category-all = Alle Arten
emails-column-subject = Betreff
emails-column-to = An
emails-column-state = Stand
emails-column-at = Datum
emails-not-made = (noch nicht gesendet)
emails-never-made = (sie wurde nie geschrieben)
emails-nothing-found = Keine E-Mail passt dazu. Versuchen Sie andere Wörter oder alle Arten.
emails-empty-title = Noch keine E-Mails
emails-empty-text = Alles, was wir an Ihr Konto, seine Kontakte und Benutzer senden, wird hier aufbewahrt.
emails-newest = Neueste
emails-older = Ältere
emails-reason = Warum
emails-next = Geht hinaus
emails-digest = Sammelmail
emails-digest-open = Die E-Mail ansehen, in der sie hinausging
emails-html-note = So, wie sie hinausging. Links, die nur einmal gelten, fehlen.
emails-state-waiting = Wartet
emails-state-held = Wartet auf eine Sammelmail
emails-state-sent = Gesendet
emails-state-digested = In einer Sammelmail gesendet
emails-state-declined = Nicht gesendet: vom Empfänger abbestellt
emails-state-bounced = Kam zurück
emails-state-suppressed = Nicht gesendet: Adresse nimmt keine E-Mails an
emails-state-dead = Konnte nicht gesendet werden
emails-state-dropped = Nicht gesendet

## Warum jemand eine E-Mail erhielt

explain-title = Wer sie erhielt, und warum
explain-lead = Geben Sie eine Adresse ein: wofür sie genannt wurde, ob sie die E-Mail erhielt und welche Zeile welchen Skripts entschied.
explain-search = Nach Adresse suchen
explain-empty-text = Nichts hat { $query } hier genannt: Keine E-Mail war dafür bestimmt, oder die Aufzeichnung ist gelöscht.
explain-empty-so-far = Bis hierher hat nichts { $query } genannt; ältere Läufe von Skripten sind noch nicht durchgesehen.
explain-looked-to = Läufe von Skripten sind durchgesehen bis zurück zu
explain-further = Weiter zurück suchen
explain-mails = Alle E-Mails an { $query }
recipients-title = Empfänger
recipients-open = Wer zu diesem Ereignis E-Mails erhielt und wer nicht
recipients-forgotten = Das Ereignis dieser Nachricht ist nicht mehr gespeichert, oder es gab keines. Die E-Mails an eine Adresse stehen unter E-Mails.
recipients-waits = Die Skripte haben dieses Ereignis noch nicht verarbeitet.
recipients-empty-title = Niemand wurde genannt
recipients-empty-text = Zu diesem Ereignis gab es keine E-Mail, oder die Aufzeichnung ist gelöscht.
recipients-no-template = Keine Nachricht handelt von { $event }. Eine Vorlage, deren Kopf „event: { $event }“ sagt, wäre eine, und Skripte mit route würden bestimmen, wer sie bekommt.
recipients-column-who = Wer
recipients-column-mail = E-Mail
recipients-column-gets = Ergebnis
recipients-column-why = Warum
recipients-gets = Erhält sie
recipients-left-out = Ausgelassen
recipients-cut = Von denen, die kein Skript genannt hat, sind die ersten { $count } festgehalten.
