"""Small pages of many makes, written for these tests: each is one way in which sites show dates of events."""

from __future__ import annotations

CARDS_OF_A_VENUE = """\
<html lang="en"><head><title>Upcoming Shows | The Copper Hall</title></head><body><nav><ul>
<li>Home</li></ul></nav><main><h1>Upcoming Shows</h1>
<h2>October 2031</h2>
<article class="show type-event"><a href="/show/lantern-fox"><img src="/i/1.jpg" alt="Lantern Fox"></a>
<div class="info"><span class="date">Fri, Oct 3</span>
<h3 class="show-title"><a href="/show/lantern-fox">Lantern Fox</a></h3>
<p class="support">with Paper Moths, Old Tide</p><p class="meta">Doors: 7:00 pm | Show: 8:00 pm</p>
<p class="price">$15 adv / $18 dos</p><a class="btn" href="https://tix.example/1">Buy Tickets</a></div></article>
<article class="show type-event"><a href="/show/vera-kline"><img src="/i/2.jpg" alt="Vera Kline"></a>
<div class="info"><span class="date">Sat, Oct 4</span>
<h3 class="show-title"><a href="/show/vera-kline">Vera Kline</a></h3>
<p class="meta">Doors: 6:30 pm | Show: 7:30 pm</p>
<p class="price">$22</p><a class="btn" href="https://tix.example/2">Sold Out</a></div></article>
<h2>November 2031</h2>
<article class="show type-event">
<div class="info"><span class="date">Sat, Nov 1</span>
<h3 class="show-title"><a href="/show/hollow">The Hollow Kings</a></h3>
<p class="meta">Doors: 7:00 pm | Show: 8:00 pm</p><p class="price">Free</p></div></article></main>
<footer>The Copper Hall, 12 Mill Street, Portland, OR 97201</footer></body></html>
"""

TOUR_TABLE = """\
<html lang="en"><head><title>Tour - Lantern Fox</title></head><body><h1>Lantern Fox</h1>
<h2>Tour Dates 2031</h2><table>
<tr><td>Jan 5</td><td>London, UK</td><td>O2 Academy Islington</td><td><a href="https://t.example/a">Tickets</a></td></tr>
<tr><td>Jan 7</td><td>Berlin, Germany</td><td>Lido</td><td><a href="https://t.example/b">Tickets</a></td></tr>
<tr><td>Jan 9</td><td>Paris, France</td><td>La Maroquinerie</td><td>SOLD OUT</td></tr></table></body></html>
"""

TABLE_WITH_HEADS = """\
<html lang="de"><head><title>Programm - Kulturhaus</title></head><body><h1>Programm</h1><table><thead>
<tr><th>Datum</th><th>Uhrzeit</th><th>Künstler</th><th>Ort</th><th>Eintritt</th></tr></thead><tbody>
<tr><td>Fr, 03.10.2031</td><td>20:00 Uhr</td><td>Die Nordlichter</td><td>Großer Saal</td><td>18 €</td></tr>
<tr><td>Sa, 04.10.2031</td><td>19:30 Uhr</td><td>Quartett Anders</td><td>Kellerbühne</td><td>12 € / 8 € erm.</td></tr>
<tr><td>So, 05.10.2031</td><td>11:00 Uhr</td><td>Jazz-Frühschoppen</td><td>Garten</td><td>Eintritt frei</td></tr></tbody></table></body></html>
"""

LINES = """\
<html lang="de"><head><title>Termine</title></head><body><h2>Konzerte</h2><ul>
<li>03.10.2031 – Lantern Fox – Club Schaukel, Berlin</li><li>11.10.2031 – Vera Kline – Lido, Hamburg</li>
<li>18.10.2031 – The Hollow Kings – Alte Feuerwache, Mannheim</li></ul></body></html>
"""

TERMS = """\
<html lang="en"><head><title>Calendar of events</title></head><body><h1>Calendar</h1><dl>
<dt>Friday, 3 May 2031</dt><dd>Lantern Fox at The Basement, 8pm, £10</dd><dt>Saturday, 4 May 2031</dt>
<dd>Vera Kline at The Green Note, 7.30pm, £12</dd><dt>Friday, 10 May 2031</dt>
<dd>Open Mic Night at The Basement, 7pm, free</dd></dl></body></html>
"""

DAYS_OVER_ENTRIES = """\
<html lang="en"><head><title>This week's gigs</title></head><body><h1>Gigs this week</h1>
<h3>Thursday 2 October 2031</h3><p><b>Lantern Fox</b>, The Basement, 8pm, £10</p>
<p><b>Vera Kline</b>, Green Note, 7:30pm, £12</p><h3>Friday 3 October 2031</h3>
<p><b>Hollow Kings</b>, Moth Club, 9pm</p><p><b>Old Tide</b>, The Lexington, 8pm, £8</p>
<p><b>Paper Moths</b>, Cafe Oto, 8pm</p></body></html>
"""

SPLIT_DATES = """\
<html lang="en"><head><title>Events - Blue Barn</title></head><body><div class="events">
<div class="event-row"><div class="cal"><div class="d">12</div><div class="m">Sep</div><div class="y">2031</div></div><div class="txt"><a class="event-name" href="/e/1">Lantern Fox</a><div class="venue-name">Blue Barn</div><div class="time">8:00 PM</div></div></div>
<div class="event-row"><div class="cal"><div class="d">13</div><div class="m">Sep</div><div class="y">2031</div></div><div class="txt"><a class="event-name" href="/e/2">Vera Kline</a><div class="venue-name">Blue Barn</div><div class="time">9:00 PM</div></div></div></div></body></html>
"""

PARAGRAPHS = """\
<html lang="en"><head><title>Concerts</title></head><body><div id="content"><h1>Concert season</h1>
<p><strong>Winter Light</strong><br>Saturday, December 6, 2031 at 7:30 PM<br>St. Mark's Church, 44 Elm Street, Ithaca, NY 14850<br>Tickets $20, students free</p>
<p><strong>Bach and Beyond</strong><br>Sunday, March 7, 2032 at 3 PM<br>First Presbyterian Church, 315 N Cayuga Street, Ithaca, NY 14850</p>
<p><strong>Spring Dances</strong><br>Saturday, May 15, 2032 at 7:30 PM<br>St. Mark's Church, 44 Elm Street, Ithaca, NY 14850</p></div></body></html>
"""

SITE_BUILDER = """\
<html lang="en-US"><head><title>Shows — The Wren</title></head><body>
<main><div class="eventlist eventlist--upcoming">
<article class="eventlist-event eventlist-event--upcoming"><div class="eventlist-column-date"><div class="eventlist-datetag"><div class="eventlist-datetag-inner"><div class="eventlist-datetag-startdate eventlist-datetag-startdate--month">Oct</div><div class="eventlist-datetag-startdate eventlist-datetag-startdate--day">3</div></div></div></div><div class="eventlist-column-info">
<h1 class="eventlist-title"><a href="/shows/lantern-fox" class="eventlist-title-link">Lantern Fox</a></h1>
<ul class="eventlist-meta event-meta">
<li class="eventlist-meta-item eventlist-meta-date event-meta-item"><time class="event-date" datetime="2031-10-03">Friday, October 3, 2031</time></li>
<li class="eventlist-meta-item eventlist-meta-time event-meta-item"><span class="event-time-12hr"><time class="event-time-12hr-start" datetime="2031-10-03">8:00 PM</time> – <time class="event-time-12hr-end" datetime="2031-10-03">11:00 PM</time></span><span class="event-time-24hr"><time class="event-time-24hr-start" datetime="2031-10-03">20:00</time> <time datetime="2031-10-03">23:00</time></span></li>
<li class="eventlist-meta-item eventlist-meta-address event-meta-item">The Wren <a href="http://maps.google.com?q=1" class="eventlist-meta-address-maplink">(map)</a></li></ul><div class="eventlist-description">
<p>A long night with Lantern Fox and friends at the Wren.</p></div><a href="/shows/lantern-fox" class="eventlist-button">View Event →</a></div></article>
<article class="eventlist-event eventlist-event--upcoming"><div class="eventlist-column-date"><div class="eventlist-datetag"><div class="eventlist-datetag-inner"><div class="eventlist-datetag-startdate eventlist-datetag-startdate--month">Oct</div><div class="eventlist-datetag-startdate eventlist-datetag-startdate--day">9</div></div></div></div><div class="eventlist-column-info">
<h1 class="eventlist-title"><a href="/shows/vera" class="eventlist-title-link">Vera Kline</a></h1>
<ul class="eventlist-meta event-meta">
<li class="eventlist-meta-item eventlist-meta-date event-meta-item"><time class="event-date" datetime="2031-10-09">Thursday, October 9, 2031</time></li>
<li class="eventlist-meta-item eventlist-meta-time event-meta-item"><span class="event-time-12hr"><time class="event-time-12hr-start" datetime="2031-10-09">7:00 PM</time> – <time class="event-time-12hr-end" datetime="2031-10-09">9:00 PM</time></span></li>
<li class="eventlist-meta-item eventlist-meta-address event-meta-item">The Wren <a href="http://maps.google.com?q=1" class="eventlist-meta-address-maplink">(map)</a></li></ul></div></article></div></main></body></html>
"""

POLISH = """\
<html lang="pl"><head><title>Koncerty - Klub Zamek</title></head><body>
<h1>Koncerty</h1><div class="lista"><div class="koncert"><h2><a href="/k/1">Jaskółki</a></h2>
<p class="data">sobota, 4 października 2031, godz. 20:00</p><p class="miejsce">Klub Zamek, Poznań</p>
<p>Bilety: 60 zł</p></div><div class="koncert"><h2><a href="/k/2">Trio Mewa</a></h2>
<p class="data">piątek, 10 października 2031, godz. 19:00</p><p class="miejsce">Klub Zamek, Poznań</p>
<p>Bilety: 45 zł</p></div></div></body></html>
"""

FRENCH = """\
<html lang="fr"><head><title>Agenda des concerts</title></head><body><h1>Agenda</h1><ul class="agenda">
<li><time>sam. 4 oct. 2031</time><a href="/c/1"><strong>Les Hirondelles</strong></a><span class="lieu">La Cigale, Paris</span><span class="tarif">28 €</span><span>20h00</span></li>
<li><time>dim. 5 oct. 2031</time><a href="/c/2"><strong>Trio Lune</strong></a><span class="lieu">New Morning, Paris</span><span class="tarif">22,50 €</span><span>19h30</span></li></ul></body></html>
"""

MONTH_GRID = """\
<html lang="en"><head><title>Event calendar</title></head><body><h2>October 2031</h2>
<table class="calendar">
<tr><th>Mon</th><th>Tue</th><th>Wed</th><th>Thu</th><th>Fri</th><th>Sat</th><th>Sun</th></tr>
<tr><td class="other">29</td><td class="other">30</td><td>1</td><td>2</td><td>3 <a href="/e/1">Lantern Fox</a> 8pm</td><td>4</td><td>5</td></tr>
<tr><td>6</td><td>7</td><td>8 <a href="/e/2">Open Mic</a> 7pm</td><td>9</td><td>10 <a href="/e/3">Vera Kline</a> 8pm</td><td>11</td><td>12</td></tr>
<tr><td>13</td><td>14</td><td>15</td><td>16</td><td>17</td><td>18</td><td>19</td></tr>
<tr><td>20</td><td>21</td><td>22</td><td>23</td><td>24</td><td>25</td><td>26</td></tr>
<tr><td>27</td><td>28</td><td>29</td><td>30</td><td>31 <a href="/e/4">Halloween Ball</a> 9pm</td><td class="other">1</td><td class="other">2</td></tr></table></body></html>
"""

LINKS_OF_AN_ACT = """\
<html lang="en"><head><title>Gigs | Old Tide</title></head><body><h1>Old Tide</h1><h2>Live</h2><div>
<p><a href="https://t.example/1">Fri 3 Oct 2031 - The Basement, Leeds</a></p>
<p><a href="https://t.example/2">Sat 4 Oct 2031 - Night &amp; Day Cafe, Manchester</a></p>
<p><a href="https://t.example/3">Sun 5 Oct 2031 - Hare and Hounds, Birmingham (CANCELLED)</a></p></div></body></html>
"""

SPANISH_CARDS = """\
<html lang="es"><head><title>Cartelera</title></head><body><section class="cartelera">
<div class="card"><img alt="Los Faroles" src="a.jpg"><h4>Los Faroles</h4>
<p>Viernes 3 de octubre de 2031, 21:00 hrs</p><p>Foro Indie</p><p>Boletos: $350</p></div>
<div class="card"><img alt="Vera" src="b.jpg"><h4>Vera Luz</h4>
<p>Sábado 4 de octubre de 2031, 20:30 hrs</p><p>Teatro del Pueblo</p>
<p>Entrada libre</p></div></section></body></html>
"""

MEETINGS = """\
<html lang="en"><head><title>Board | Park District</title></head><body><h1>Board of Commissioners</h1>
<p>All meetings take place at the Park Field House, 100 Main Street, Evanston, IL 60201 at 6:30 p.m. unless noted.</p>
<h3>2031 Meeting Schedule</h3><ul><li>January 14</li><li>February 11</li><li>March 11 (Cancelled)</li>
<li>April 8</li></ul><h3>Past minutes</h3><ul><li><a href="m.pdf">December 10, 2030 Minutes</a></li>
<li><a href="n.pdf">November 12, 2030 Minutes</a></li></ul></body></html>
"""

DIVS = """\
<html lang="en"><head><title>Whats on</title></head>
<body><div><div><div>Fri 3rd Oct 2031</div><div><a href="/1">LANTERN FOX</a></div><div>+ Paper Moths</div><div>7pm | £12</div></div><div><div>Sat 4th Oct 2031</div><div><a href="/2">VERA KLINE</a></div><div>+ Old Tide</div><div>7pm | £14</div></div><div><div>Sun 5th Oct 2031</div><div><a href="/3">HOLLOW KINGS</a></div><div>7pm | £9</div></div></div></body></html>
"""

SINGLE = """\
<html lang="en"><head><title>Lantern Fox - The Copper Hall</title></head>
<body class="single single-event"><header><a href="/">The Copper Hall</a></header><main>
<h1>Lantern Fox</h1><div class="event-meta">
<p><span class="label">Date:</span> Friday, October 3, 2031</p>
<p><span class="label">Time:</span> 8:00 pm (doors 7:00 pm)</p>
<p><span class="label">Venue:</span> The Copper Hall, 12 Mill Street, Portland, OR 97201</p>
<p><span class="label">Price:</span> $15 - $20</p></div>
<p>Lantern Fox are back with a new album and a light show, supported by Paper Moths.</p><a href="https://tix.example/1">Buy tickets</a></main></body></html>
"""

BLOG = """\
<html lang="en"><head><title>News - Lantern Fox</title></head><body><h1>News</h1><article class="post">
<h2><a href="/n/1">New album out now</a></h2><time class="entry-date published" datetime="2031-05-02T10:00:00+00:00">May 2, 2031</time>
<p>We are thrilled to share our new album with the world today.</p></article><article class="post">
<h2><a href="/n/2">Tour announced</a></h2><time class="entry-date published" datetime="2031-04-02T10:00:00+00:00">April 2, 2031</time>
<p>Tickets on sale Friday for our concerts.</p></article><article class="post">
<h2><a href="/n/3">Studio diary</a></h2><time class="entry-date published" datetime="2031-03-02T10:00:00+00:00">March 2, 2031</time>
<p>Hello from the studio.</p></article></body></html>
"""

BLOG_BARE = """\
<html lang="en"><head><title>The Copper Hall Blog</title></head>
<body><div class="list"><div class="item"><h3><a href="/b/1">Ten records we love</a></h3>
<p>May 2, 2031 by Ann</p><p>Some words on records.</p></div><div class="item">
<h3><a href="/b/2">How we built our stage</a></h3><p>April 20, 2031 by Ben</p>
<p>More words.</p></div><div class="item"><h3><a href="/b/3">Meet the sound crew</a></h3>
<p>April 2, 2031 by Ann</p><p>Words again.</p></div></div></body></html>
"""

DISCOGRAPHY = """\
<html lang="en"><head><title>Discography</title></head><body><h1>Discography</h1><ul>
<li><b>First Light</b> released March 3, 2021</li><li><b>Second Sun</b> released May 5, 2023</li>
<li><b>Third Moon</b> released June 6, 2025</li></ul></body></html>
"""

VENUE_WITH_LIST = """\
<html lang="en"><head><title>The Wren - live music</title>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"MusicVenue","name":"The Wren","address":{"@type":"PostalAddress","streetAddress":"9 Oak St","addressLocality":"Austin","addressRegion":"TX","postalCode":"78701","addressCountry":"US"}}</script></head>
<body><h2>Upcoming shows</h2><ul><li><b>Lantern Fox</b> Fri Oct 3, 2031, 8pm</li>
<li><b>Vera Kline</b> Sat Oct 4, 2031, 9pm</li></ul></body></html>
"""

STATE = """\
<html lang="en"><head><title>Shows</title></head><body><div id="__next"></div>
<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"shows":[{"id":"a1","title":"Lantern Fox","startDate":"2031-10-03T20:00:00","venue":{"name":"The Wren","city":"Austin","state":"TX"},"url":"/s/1"},{"id":"a2","title":"Vera Kline","startDate":"2031-10-04T21:00:00","venue":{"name":"The Wren","city":"Austin","state":"TX"},"url":"/s/2"}],"posts":[{"title":"hello","date":"2031-01-01","author":"x"}]}},"page":"/","buildId":"abc","filler":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}</script></body></html>
"""
