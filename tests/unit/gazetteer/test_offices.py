"""Who held an office on a day, and which offices of two accounts are one."""

from __future__ import annotations

import datetime
import re

import pytest

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.officeclass import corrected, office_class, portfolios
from kg.gazetteer.tables import DATA, read_table
from kg.linking.offices import held_on
from kg.records import Office

HELD = {  # (country or organization, class): day, id and name of the one who held the office; each checked by hand
    ("Q30", "head"): """
        2000-06-01 Q1124 Bill Clinton
        2004-06-01 Q207 George W. Bush
        2012-06-01 Q76 Barack Obama
        2019-06-01 Q22686 Donald Trump
        2023-06-01 Q6279 Joe Biden
        2025-06-01 Q22686 Donald Trump
    """,
    ("Q30", "foreign"): """
        2003-03-20 Q150851 Colin Powell
        2008-08-08 Q47216 Condoleezza Rice
        2012-09-11 Q6294 Hillary Clinton
        2015-07-14 Q22316 John Kerry
        2017-06-01 Q331401 Rex Tillerson
        2019-06-01 Q473239 Mike Pompeo
        2024-01-01 Q7821917 Antony Blinken
        2025-06-01 Q324546 Marco Rubio
    """,
    ("Q30", "defence"): """
        2003-03-20 Q184650 Donald Rumsfeld
        2009-06-01 Q212979 Robert Gates
        2012-06-01 Q244631 Leon Panetta
        2014-06-01 Q381670 Chuck Hagel
        2016-06-01 Q4806029 Ash Carter
        2018-06-01 Q267902 Jim Mattis
        2020-06-01 Q33190271 Mark Esper
        2023-06-01 Q941013 Lloyd Austin
        2025-06-01 local:pete-hegseth Pete Hegseth
    """,
    ("Q30", "security"): """
        2016-01-01 Q50612 Susan Rice
        2018-01-01 Q5628492 H. R. McMaster
        2019-01-01 Q311269 John Bolton
        2020-06-01 Q7342642 Robert O'Brien
        2023-01-01 Q16730147 Jake Sullivan
        2025-03-01 Q55386653 Mike Waltz
        2025-08-01 Q324546 Marco Rubio
    """,
    ("Q668", "head"): """
        2005-01-26 Q9513 A. P. J. Abdul Kalam
        2010-01-26 Q47854 Pratibha Patil
        2015-01-26 Q57446 Pranab Mukherjee
        2020-01-26 Q16845347 Ram Nath Kovind
        2024-01-26 Q19901232 Droupadi Murmu
    """,
    ("Q668", "government"): """
        2001-12-13 Q233289 Atal Bihari Vajpayee
        2008-11-26 Q41914 Manmohan Singh
        2023-09-09 Q1058 Narendra Modi
    """,
    ("Q668", "foreign"): """
        2001-07-15 Q3518489 Jaswant Singh
        2003-07-01 Q2723759 Yashwant Sinha
        2005-01-01 Q1285090 Natwar Singh
        2008-11-26 Q57446 Pranab Mukherjee
        2011-01-01 Q58292 S. M. Krishna
        2013-06-01 Q313515 Salman Khurshid
        2016-09-29 Q1652493 Sushma Swaraj
        2017-06-01 Q1652493 Sushma Swaraj
        2023-09-09 Q16186720 S. Jaishankar
    """,
    ("Q668", "defence"): """
        2003-01-01 Q3056379 George Fernandes
        2005-01-01 Q57446 Pranab Mukherjee
        2010-01-01 Q278849 A. K. Antony
        2016-09-29 Q1391309 Manohar Parrikar
        2018-06-01 Q7040049 Nirmala Sitharaman
        2020-06-15 Q3506475 Rajnath Singh
    """,
    ("Q668", "interior"): """
        2001-12-13 Q468324 Lal Krishna Advani
        2006-07-11 Q1897174 Shivraj Patil
        2010-01-01 Q377358 P. Chidambaram
        2013-01-01 Q3504490 Sushilkumar Shinde
        2016-01-02 Q3506475 Rajnath Singh
        2019-08-05 Q4746875 Amit Shah
    """,
    ("Q668", "finance"): """
        2002-12-01 Q3518489 Jaswant Singh
        2006-03-01 Q377358 P. Chidambaram
        2011-03-01 Q57446 Pranab Mukherjee
        2016-11-08 Q3629480 Arun Jaitley
        2024-07-23 Q7040049 Nirmala Sitharaman
    """,
    ("Q668", "security"): """
        2008-11-26 Q1898651 M. K. Narayanan
        2012-01-01 Q3482398 Shivshankar Menon
        2020-06-15 Q4699784 Ajit Doval
    """,
    ("Q843", "head"): """
        2005-10-08 Q40495 Pervez Musharraf
        2011-05-02 Q57373 Asif Ali Zardari
        2016-09-29 Q14257286 Mamnoon Hussain
        2021-01-01 Q4790529 Arif Alvi
        2025-05-07 Q57373 Asif Ali Zardari
    """,
    ("Q843", "government"): """
        2011-05-02 Q152052 Yousaf Raza Gillani
        2012-12-01 Q57811 Raja Pervaiz Ashraf
        2016-09-29 Q134068 Nawaz Sharif
        2018-01-01 Q7461686 Shahid Khaqan Abbasi
        2019-02-27 Q155164 Imran Khan
        2022-09-01 Q2096387 Shehbaz Sharif
        2023-12-01 Q50345548 Anwaar ul Haq Kakar
        2025-05-10 Q2096387 Shehbaz Sharif
    """,
    ("Q843", "foreign"): """
        2012-06-01 Q254122 Hina Rabbani Khar
        2019-02-27 Q1543422 Shah Mehmood Qureshi
        2023-05-05 Q244338 Bilawal Bhutto Zardari
        2023-12-01 local:jalil-abbas-jilani Jalil Abbas Jilani
        2025-05-07 Q3155254 Ishaq Dar
    """,
    ("Q843", "defence"): """
        2016-09-29 Q6401038 Khawaja Asif
        2019-02-27 Q13579848 Pervez Khattak
        2025-05-07 Q6401038 Khawaja Asif
    """,
    ("Q148", "head"): """
        2001-01-01 Q16597 Jiang Zemin
        2008-08-08 Q15029 Hu Jintao
        2020-06-15 Q15031 Xi Jinping
    """,
    ("Q148", "government"): """
        2001-01-01 Q18285 Zhu Rongji
        2010-01-01 Q16628 Wen Jiabao
        2020-01-01 Q18111 Li Keqiang
        2024-01-01 local:li-qiang Li Qiang
    """,
    ("Q148", "foreign"): """
        2005-01-01 Q463697 Li Zhaoxing
        2010-01-01 Q58211 Yang Jiechi
        2020-06-15 Q701801 Wang Yi
        2023-03-02 Q7216297 Qin Gang
        2024-01-01 Q701801 Wang Yi
    """,
    ("Q148", "defence"): """
        2020-09-04 Q7929529 Wei Fenghe
        2023-06-02 local:li-shangfu Li Shangfu
        2025-06-26 local:dong-jun Dong Jun
    """,
    ("Q837", "government"): """
        2009-01-01 local:pushpa-kamal-dahal Pushpa Kamal Dahal
        2012-01-01 local:baburam-bhattarai Baburam Bhattarai
        2015-04-25 local:sushil-koirala Sushil Koirala
        2020-05-20 local:k-p-sharma-oli K. P. Sharma Oli
        2022-04-01 Q470903 Sher Bahadur Deuba
        2023-06-01 local:pushpa-kamal-dahal Pushpa Kamal Dahal
        2025-01-01 local:k-p-sharma-oli K. P. Sharma Oli
        2025-10-01 local:sushila-karki Sushila Karki
    """,
    ("Q902", "government"): """
        2005-01-01 local:khaleda-zia Khaleda Zia
        2015-06-06 Q52183 Sheikh Hasina
        2024-12-01 local:muhammad-yunus Muhammad Yunus
    """,
    ("Q902", "head"): """
        2020-01-01 Q3246667 Abdul Hamid
        2024-12-01 local:mohammed-shahabuddin Mohammed Shahabuddin
    """,
    ("Q854", "head"): """
        2004-12-26 Q207432 Chandrika Kumaratunga
        2009-05-18 Q57338 Mahinda Rajapaksa
        2018-06-01 Q6737124 Maithripala Sirisena
        2020-06-01 Q1538702 Gotabaya Rajapaksa
        2023-07-21 Q983402 Ranil Wickremesinghe
        2025-01-01 Q4777855 Anura Kumara Dissanayake
    """,
    ("Q854", "government"): """
        2017-01-01 Q983402 Ranil Wickremesinghe
        2021-01-01 Q57338 Mahinda Rajapaksa
        2023-01-01 Q5278077 Dinesh Gunawardena
        2025-01-01 local:harini-amarasuriya Harini Amarasuriya
    """,
    ("Q826", "head"): """
        2010-01-01 Q152381 Mohamed Nasheed
        2016-01-01 Q4665896 Abdulla Yameen
        2020-01-01 Q55614252 Ibrahim Mohamed Solih
        2024-01-15 local:mohamed-muizzu Mohamed Muizzu
    """,
    ("Q917", "government"): """
        2020-01-01 Q57313851 Lotay Tshering
        2024-03-22 local:tshering-tobgay Tshering Tobgay
    """,
    ("Q889", "head"): """
        2006-01-01 Q43944 Hamid Karzai
        2019-01-01 Q172388 Ashraf Ghani
    """,
    ("Q889", "foreign"): """
        2024-01-01 Q60499905 Amir Khan Muttaqi
    """,
    ("Q159", "head"): """
        2003-01-01 Q7747 Vladimir Putin
        2010-01-01 Q23530 Dmitry Medvedev
        2022-02-24 Q7747 Vladimir Putin
    """,
    ("Q159", "government"): """
        2010-01-01 Q7747 Vladimir Putin
        2015-01-01 Q23530 Dmitry Medvedev
        2022-02-24 Q4298520 Mikhail Mishustin
    """,
    ("Q159", "defence"): """
        2005-01-01 Q204027 Sergei Ivanov
        2024-01-01 Q32024 Sergei Shoigu
        2024-07-01 Q4082839 Andrey Belousov
    """,
    ("Q159", "security"): """
        2022-02-24 Q446865 Nikolai Patrushev
        2024-07-01 Q32024 Sergei Shoigu
    """,
    ("Q159", "foreign"): """
        2003-01-01 Q378027 Igor Ivanov
        2022-02-24 Q58217 Sergey Lavrov
    """,
    ("Q212", "head"): """
        2006-01-01 Q1459699 Viktor Yushchenko
        2013-11-21 Q1459658 Viktor Yanukovych
        2017-01-01 Q58077 Petro Poroshenko
        2022-02-24 Q3874799 Volodymyr Zelenskyy
    """,
    ("Q212", "government"): """
        2022-02-24 Q66094865 Denys Shmyhal
        2025-09-01 Q61112536 Yulia Svyrydenko
    """,
    ("Q212", "defence"): """
        2022-02-24 Q4392444 Oleksii Reznikov
        2024-01-01 Q64842485 Rustem Umerov
    """,
    ("Q212", "foreign"): """
        2022-02-24 Q24025631 Dmytro Kuleba
        2025-01-01 local:andrii-sybiha Andrii Sybiha
    """,
    ("Q145", "head"): """
        2015-01-01 Q9682 Elizabeth II
        2023-01-01 Q43274 Charles, Prince of Wales
    """,
    ("Q145", "government"): """
        2003-03-20 Q9545 Tony Blair
        2009-01-01 Q10648 Gordon Brown
        2014-01-01 Q192 David Cameron
        2018-01-01 Q264766 Theresa May
        2021-01-01 Q180589 Boris Johnson
        2022-10-10 Q272201 Liz Truss
        2023-09-09 Q20055561 Rishi Sunak
        2025-01-01 Q6383803 Keir Starmer
    """,
    ("Q145", "foreign"): """
        2009-01-01 Q272670 David Miliband
        2017-01-01 Q180589 Boris Johnson
        2022-02-24 Q272201 Liz Truss
        2023-01-01 Q6131460 James Cleverly
        2024-01-01 Q192 David Cameron
        2025-01-01 Q534727 David Lammy
        2025-10-01 Q291057 Yvette Cooper
    """,
    ("Q142", "head"): """
        2003-01-01 Q2105 Jacques Chirac
        2010-01-01 Q329 Nicolas Sarkozy
        2015-11-13 Q157 François Hollande
        2023-07-14 Q3052772 Emmanuel Macron
    """,
    ("Q142", "government"): """
        2023-01-01 Q20020731 Élisabeth Borne
        2024-06-01 Q30339350 Gabriel Attal
        2024-11-01 Q438465 Michel Barnier
        2025-03-01 Q12963 François Bayrou
        2025-11-15 Q20089181 Sébastien Lecornu
    """,
    ("Q142", "foreign"): """
        2015-11-13 Q217070 Laurent Fabius
        2021-01-01 Q559040 Jean-Yves Le Drian
        2023-01-01 Q273396 Catherine Colonna
        2024-06-01 local:stephane-sejourne Stéphane Séjourné
        2025-01-01 Q30339198 Jean-Noël Barrot
    """,
    ("Q183", "government"): """
        2003-01-01 Q2530 Gerhard Schröder
        2015-09-04 Q567 Angela Merkel
        2023-01-01 Q61053 Olaf Scholz
        2025-09-01 local:friedrich-merz Friedrich Merz
    """,
    ("Q183", "defence"): """
        2020-01-01 local:annegret-kramp-karrenbauer Annegret Kramp-Karrenbauer
        2022-06-01 local:christine-lambrecht Christine Lambrecht
        2024-01-01 local:boris-pistorius Boris Pistorius
    """,
    ("Q183", "foreign"): """
        2023-01-01 Q564328 Annalena Baerbock
        2025-09-01 Q1696501 Johann Wadephul
    """,
    ("Q38", "government"): """
        2010-01-01 Q11860 Silvio Berlusconi
        2015-01-01 local:matteo-renzi Matteo Renzi
        2020-03-01 local:giuseppe-conte Giuseppe Conte
        2022-02-24 Q294460 Mario Draghi
        2023-09-09 local:giorgia-meloni Giorgia Meloni
    """,
    ("Q801", "government"): """
        2005-01-01 Q60206 Ariel Sharon
        2008-01-01 Q93181 Ehud Olmert
        2015-01-01 Q43723 Benjamin Netanyahu
        2022-01-01 Q39318 Naftali Bennett
        2022-10-01 Q1396120 Yair Lapid
        2023-10-07 Q43723 Benjamin Netanyahu
    """,
    ("Q801", "defence"): """
        2022-01-01 Q557436 Benny Gantz
        2023-10-07 Q723506 Yoav Gallant
        2025-01-01 Q487304 Israel Katz
    """,
    ("Q801", "foreign"): """
        2023-10-07 Q19634024 Eli Cohen
        2024-06-01 Q487304 Israel Katz
        2025-01-01 Q966349 Gideon Sa'ar
    """,
    ("Q794", "head"): """
        2003-01-01 Q180795 Mohammad Khatami
        2010-01-01 Q34448 Mahmoud Ahmadinejad
        2015-07-14 Q348144 Hassan Rouhani
        2023-01-01 Q5947347 Ebrahim Raisi
        2024-06-15 Q5703610 Mohammad Mokhber
        2025-06-15 Q5933752 Masoud Pezeshkian
    """,
    ("Q794", "foreign"): """
        2015-07-14 Q10296812 Mohammad Javad Zarif
        2023-10-07 Q17991320 Hossein Amir-Abdollahian
        2025-06-15 Q7459020 Abbas Araghchi
    """,
    ("Q794", "supreme"): """
        2015-07-14 Q57336 Ali Khamenei
    """,
    ("Q796", "government"): """
        2008-01-01 local:nouri-al-maliki Nouri al-Maliki
        2016-01-01 local:haider-al-abadi Haider al-Abadi
        2021-01-01 Q85317569 Mustafa Al-Kadhimi
        2023-01-01 local:mohammed-shia-al-sudani Mohammed Shia' Al Sudani
    """,
    ("Q858", "head"): """
        2015-01-01 Q44329 Bashar al-Assad
        2025-05-14 local:ahmed-al-sharaa Ahmed al-Sharaa
    """,
    ("Q822", "government"): """
        2023-01-01 Q318493 Najib Mikati
        2025-06-01 Q638463 Nawaf Salam
    """,
    ("Q43", "head"): """
        2012-01-01 Q42852 Abdullah Gül
        2016-07-15 Q39259 Recep Tayyip Erdoğan
    """,
    ("Q43", "foreign"): """
        2022-01-01 Q249206 Mevlüt Çavuşoğlu
        2024-01-01 Q6087480 Hakan Fidan
    """,
    ("Q851", "head"): """
        2010-01-01 local:abdullah-of-saudi-arabia Abdullah of Saudi Arabia
        2018-10-02 Q367825 Salman of Saudi Arabia
    """,
    ("Q851", "heir"): """
        2018-10-02 Q6892571 Mohammed bin Salman
    """,
    ("Q79", "head"): """
        2010-01-01 local:hosni-mubarak Hosni Mubarak
        2013-01-01 local:mohamed-morsi Mohamed Morsi
        2020-01-01 Q307871 Abdel Fattah el-Sisi
    """,
    ("Q17", "government"): """
        2002-09-17 Q130852 Junichiro Koizumi
        2011-03-11 Q47846 Naoto Kan
        2014-01-26 Q132345 Shinzo Abe
        2021-07-23 Q122465 Yoshihide Suga
        2023-05-19 Q359480 Fumio Kishida
        2025-01-01 Q1335527 Shigeru Ishiba
        2025-11-01 Q1705028 Sanae Takaichi
    """,
    ("Q17", "foreign"): """
        2022-02-24 Q1141271 Yoshimasa Hayashi
        2024-01-01 Q276275 Yoko Kamikawa
        2025-01-01 Q1654639 Takeshi Iwaya
    """,
    ("Q884", "head"): """
        2000-06-15 Q45785 Kim Dae-jung
        2005-01-01 Q14345 Roh Moo-hyun
        2010-01-01 Q14342 Lee Myung-bak
        2014-04-16 Q138048 Park Geun-hye
        2018-04-27 Q21001 Moon Jae-in
        2023-01-01 Q16090635 Yoon Suk-yeol
        2025-09-01 Q12612463 Lee Jae-myung
    """,
    ("Q423", "supreme"): """
        2006-10-09 Q10665 Kim Jong Il
        2018-06-12 Q56226 Kim Jong Un
    """,
    ("Q423", "foreign"): """
        2018-06-12 Q12594422 Ri Yong-ho
        2024-06-19 Q30436217 Choe Son-hui
    """,
    ("Q865", "head"): """
        2022-08-02 Q233984 Tsai Ing-wen
        2025-01-01 Q3847080 Lai Ching-te
    """,
    ("Q881", "head"): """
        2022-01-01 Q10800073 Nguyễn Xuân Phúc
        2023-09-10 local:vo-van-thuong Võ Văn Thưởng
        2024-08-01 Q10831196 Tô Lâm
    """,
    ("Q252", "head"): """
        2010-01-01 Q57405 Susilo Bambang Yudhoyono
        2022-11-15 Q3318231 Joko Widodo
        2025-01-26 Q2107268 Prabowo Subianto
    """,
    ("Q928", "head"): """
        2018-01-01 Q457786 Rodrigo Duterte
        2023-01-01 Q983324 Ferdinand Marcos Jr.
    """,
    ("Q833", "government"): """
        2019-01-01 Q181383 Mahathir Mohamad
        2021-01-01 Q1060949 Muhyiddin Yassin
        2024-08-20 Q299574 Anwar Ibrahim
    """,
    ("Q869", "government"): """
        2012-01-01 local:yingluck-shinawatra Yingluck Shinawatra
        2020-01-01 Q2108126 Prayut Chan-o-cha
        2024-01-01 local:srettha-thavisin Srettha Thavisin
        2025-04-03 local:paetongtarn-shinawatra Paetongtarn Shinawatra
        2025-11-01 local:anutin-charnvirakul Anutin Charnvirakul
    """,
    ("Q334", "government"): """
        2018-06-12 Q57643 Lee Hsien Loong
        2024-09-04 Q6504758 Lawrence Wong
    """,
    ("Q408", "government"): """
        2005-01-01 Q51330 John Howard
        2009-01-01 Q43135 Kevin Rudd
        2011-01-01 Q41563 Julia Gillard
        2014-11-15 Q348577 Tony Abbott
        2017-01-01 Q927550 Malcolm Turnbull
        2020-01-01 Q7436908 Scott Morrison
        2023-03-09 Q335697 Anthony Albanese
    """,
    ("Q664", "government"): """
        2005-01-01 local:helen-clark Helen Clark
        2012-01-01 local:john-key John Key
        2019-03-15 Q3606816 Jacinda Ardern
        2023-06-01 local:chris-hipkins Chris Hipkins
        2024-01-01 local:christopher-luxon Christopher Luxon
    """,
    ("Q16", "government"): """
        2010-01-01 Q206 Stephen Harper
        2023-09-18 Q3099714 Justin Trudeau
        2025-06-17 Q192533 Mark Carney
    """,
    ("Q16", "foreign"): """
        2023-09-18 Q15054353 Mélanie Joly
        2025-10-01 Q67442310 Anita Anand
    """,
    ("Q155", "head"): """
        2005-01-01 Q37181 Luiz Inácio Lula da Silva
        2014-07-15 Q40722 Dilma Rousseff
        2020-01-26 Q10304982 Jair Bolsonaro
        2024-11-18 Q37181 Luiz Inácio Lula da Silva
    """,
    ("Q258", "head"): """
        2005-01-01 Q101547 Thabo Mbeki
        2013-01-01 Q57282 Jacob Zuma
        2023-08-22 Q1148669 Cyril Ramaphosa
    """,
    ("Q1065", "secretary-general"): """
        2003-03-20 Q1254 Kofi Annan
        2010-01-01 Q1253 Ban Ki-moon
        2023-10-24 Q311440 António Guterres
    """,
    ("Q7184", "secretary-general"): """
        2002-01-01 Q333056 George Robertson, Baron Robertson of Port Ellen
        2007-01-01 Q273812 Jaap de Hoop Scheffer
        2011-01-01 local:anders-fogh-rasmussen Anders Fogh Rasmussen
        2022-02-24 Q57665 Jens Stoltenberg
        2025-01-01 Q57792 Mark Rutte
    """,
    ("Q458", "union"): """
        2010-01-01 local:jose-manuel-barroso José Manuel Barroso
        2018-01-01 local:jean-claude-juncker Jean-Claude Juncker
        2023-01-01 Q60772 Ursula von der Leyen
    """,
    ("Q458", "council"): """
        2012-01-01 local:herman-van-rompuy Herman Van Rompuy
        2016-01-01 Q946 Donald Tusk
        2022-01-01 local:charles-michel Charles Michel
        2025-01-28 Q610788 António Costa
    """,
    ("Q458", "foreign"): """
        2012-01-01 Q105667 Catherine Ashton
        2017-01-01 Q3741557 Federica Mogherini
        2022-01-01 Q312901 Josep Borrell
        2025-01-28 Q11869065 Kaja Kallas
    """,
    ("Q41984", "secretary-general"): """
        2003-02-14 local:mohamed-elbaradei Mohamed ElBaradei
        2015-07-14 local:yukiya-amano Yukiya Amano
        2022-09-01 local:rafael-grossi Rafael Grossi
    """,
    ("Q7817", "secretary-general"): """
        2020-03-11 local:tedros-adhanom-ghebreyesus Tedros Adhanom Ghebreyesus
    """,
    ("Q7804", "secretary-general"): """
        2015-01-01 Q484605 Christine Lagarde
        2022-01-01 local:kristalina-georgieva Kristalina Georgieva
    """,
    ("Q7164", "secretary-general"): """
        2015-01-01 local:jim-yong-kim Jim Yong Kim
        2024-01-01 local:ajay-banga Ajay Banga
    """,
    ("Q41053", "secretary-general"): """
        2006-07-12 Q181182 Hassan Nasrallah
        2025-01-01 local:naim-qassem Naim Qassem
    """,
}
CASES = [
    pytest.param(body, kind, *line.split(maxsplit=2), id=f"{body} {kind} {line.split()[0]}")
    for (body, kind), lines in HELD.items()
    for line in lines.strip().splitlines()
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.mark.parametrize(("body", "kind", "day", "id", "name"), CASES)
def test_one_person_held_an_office_on_a_day(
    gazetteer: Gazetteer, body: str, kind: str, day: str, id: str, name: str
) -> None:
    """Of those who hold or held an office of this class, one held it on the day, and it is this one."""
    on = datetime.date.fromisoformat(day)
    found = {
        entry.id: entry.label_en
        for entry in gazetteer.officers(country=body, office=kind)
        for office in entry.offices
        if office_class(office.label_en) == kind
        and (office.country_qid or entry.country_qid) == body
        and held_on(office, on, known=entry.listed)
    }
    assert found == {id: name}


def test_labels_are_offices_without_dates() -> None:
    """No label has a year, a semicolon or a bracket that is not closed, and each term begins before it ends."""
    wrong = [
        row
        for row in read_table(DATA / "offices.tsv", ("id", "label", "country", "begin", "end", "source"))
        if re.search(r"[0-9]{4}|;|^ex-|, ex-|^former |politician", row[1])
        or row[1].count("(") != row[1].count(")")
        or not all(re.fullmatch(r"([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?", day) for day in row[3:5])
        or (row[3] and row[4] and row[3][:4] > row[4][:4])
        or (len(row[3]) == len(row[4]) == 10 and row[3] > row[4])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Acting President of South Korea", "head"),
        ("Counselor to the President", "aide"),
        ("Special Assistant to the President", "aide"),
        ("Principal Secretary to the Prime Minister", "aide"),
        ("President of the Constitutional Court", "court"),
        ("President of the Senate", "legislature"),
        ("Leader of the Opposition, Lok Sabha", "legislature"),
        ("member of the French National Assembly", "legislature"),
        ("Member of the 17th Lok Sabha", "legislature"),
        ("Knesset member", "legislature"),
        ("member of the State Duma", "legislature"),
        ("member of the Texas House of Representatives", "assembly"),
        ("Member of the 14th Kerala Legislative Assembly", "assembly"),
        ("United States senator", "legislature"),
        ("People's Deputy of Ukraine", "legislature"),
        ("United States representative", "legislature"),
        ("Vice-President", "deputy"),
        ("First Lady", "spouse"),
        ("White House Press Secretary", "spokesperson"),
        ("Chancellor of the Exchequer", "finance"),
        ("Chancellor of Germany", "government"),
        ("Secretary of State", "foreign"),
        ("Secretary of State for Foreign, Commonwealth and Development Affairs", "foreign"),
        ("Secretary of State for Education", "education"),
        ("Secretary of State for Environment, Food and Rural Affairs", "environment"),
        ("Secretary of Commerce", "commerce"),
        ("Minister of Petroleum and Natural Gas", "energy"),
        ("Federal Minister for Religious Affairs", "religion"),
        ("Minister of State for Transport", "deputy"),
        ("Minister of Defence Production", "minister"),
        ("Minister without portfolio", "minister"),
        ("Minister Plenipotentiary of Aruba", "envoy"),
        ("Union Minister", "minister"),
        ("Secretary of State for Defence", "defence"),
        ("Secretary of State of Maryland", "province"),
        ("Secretary of Defense", "defence"),
        ("Premier of Ontario", "province"),
        ("Premier of the People's Republic of China", "government"),
        ("Supreme Leader of Iran", "supreme"),
        ("Crown Prince of Saudi Arabia", "heir"),
        ("Attorney General", "justice"),
        ("Director of the CIA", "intelligence"),
        ("EU High Representative", "foreign"),
    ],
)
def test_what_sounds_like_another_office_has_its_own_class(label: str, expected: str) -> None:
    """A counsellor to a president is none, and a member of a parliament is a member whatever it is called."""
    assert office_class(label) == expected


def office(label: str, begin: str = "", end: str = "", country: str | None = "Q159") -> Office:
    return Office(label_en=label, country_qid=country, begin=begin or None, end=end or None)


@pytest.mark.parametrize(
    ("listed", "stays"),
    [
        (office("Minister of Defence", "2012-11-06"), False),
        (office("Minister of Defence", "2012-11-06", "2024", None), False),
        (office("Minister of Defence", "2018-05-18"), False),
        (office("Minister of Defence", "2001", "2007"), True),
        (office("Minister of Defence", "2012-11-06", country="Q30"), True),
        (office("Minister of Emergency Situations", "2012"), True),
        (office("Minister of Defence"), True),
    ],
    ids=["open", "no country", "within", "another term", "another country", "another class", "no begin"],
)
def test_what_was_looked_after_corrects_a_list(listed: Office, stays: bool) -> None:
    """A term of the same class and country that a list leaves open or tells less well gives way; others stay."""
    told = office("Minister of Defence of Russia", "2012-11-06", "2024-05-12")
    assert corrected([listed], [told]) == ((told, listed) if stays else (told,))


def test_an_office_holder_of_the_list_is_corrected(gazetteer: Gazetteer) -> None:
    """Somebody known in English only has the end that `offices.tsv` gives, once, and keeps the list's other offices."""
    entry = gazetteer.entry("Q316583")  # Anatoly Serdyukov
    assert not entry.listed
    terms = [(one.begin, one.end) for one in entry.offices if office_class(one.label_en) == "defence"]
    assert terms == [("2007-02-15", "2012-11-06")]


@pytest.mark.parametrize(
    ("id", "label", "country"),
    [
        ("Q18472576", "Federal deputy", "Q155"),
        ("Q57643", "Prime Minister", "Q334"),
        ("Q334155", "Mayor of London", "Q145"),
    ],
)
def test_the_country_of_an_office_is_told_by_its_holder_or_its_label(
    gazetteer: Gazetteer, id: str, label: str, country: str
) -> None:
    """Where a list names no country of a person, the label of the office may."""
    assert {one.country_qid for one in gazetteer.entry(id).offices if one.label_en.startswith(label)} == {country}


def test_every_portfolio_is_found_by_its_own_label() -> None:
    """The label that a portfolio gives an office is of the portfolio's class, and no Hindi form belongs to two."""
    assert [one.label for one in portfolios() if office_class(one.label) != one.office_class] == []
    forms = [form for one in portfolios() for form in one.hindi]
    assert [form for form in forms if forms.count(form) > 1] == []
