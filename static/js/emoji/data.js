// The emoji that people use, in groups: each with its names, the first of which stands after a colon,
// in English and in Korean. A line that begins with # names a group.

export const data = `
# faces
😀 grinning smile happy|웃음 활짝 기쁨
😃 smiley smile happy|웃음 기쁨 신남
😄 smile happy joy|웃음 미소 기쁨
😁 grin beaming teeth|웃음 씩 이빨
😆 laughing lol satisfied|웃음 하하 폭소
😅 sweat_smile relief nervous|진땀 식은땀 머쓱
🤣 rofl lol rolling laugh|폭소 빵터짐 ㅋㅋㅋ
😂 joy tears laugh lol|눈물 웃음 ㅋㅋ
🙂 slight_smile fine|미소 살짝웃음
🙃 upside_down silly irony|거꾸로 반어
🫠 melting hot embarrassed|녹음 더위 민망
😉 wink|윙크 눈짓
😊 blush smile warm|미소 수줍음 흐뭇
😇 innocent angel halo|천사 착함
🥰 smiling_hearts love adore|사랑 하트 애정
😍 heart_eyes love|하트눈 사랑 반함
🤩 star_struck wow starry|별눈 감탄 멋짐
😘 kissing_heart kiss|뽀뽀 키스
😋 yum delicious tasty|맛있음 냠냠
😛 tongue playful|메롱 혀
😜 winking_tongue crazy joke|메롱 장난
🤪 zany crazy goofy|미침 장난
🤑 money_face rich|돈 부자
🤗 hugging hug thanks|포옹 안아줘
🤭 hand_over_mouth giggle oops|입가림 킥킥
🫢 gasp surprised oops|헉 놀람
🤫 shushing quiet secret|쉿 조용 비밀
🤔 thinking hmm|생각 고민 흠
🫡 saluting yes_sir respect|경례 충성
🤐 zipper_mouth secret silent|지퍼 비밀 침묵
🤨 raised_eyebrow doubt suspicious|의심 갸우뚱
😐 neutral meh|무표정 그냥
😑 expressionless meh|무표정 어이없음
😶 no_mouth speechless|할말없음 침묵
😏 smirk|씨익 능글
😒 unamused annoyed|못마땅 시큰둥
🙄 eye_roll whatever|눈굴림 어휴
😬 grimacing awkward eek|어색 민망 이악물기
🤥 lying pinocchio|거짓말 피노키오
😌 relieved calm|안도 편안
😔 pensive sad|시무룩 우울
😪 sleepy tired|졸림 피곤
🤤 drooling hungry|침 군침
😴 sleeping zzz night|잠 쿨쿨 자는중
😷 mask sick ill|마스크 감기 아픔
🤒 thermometer_face fever sick|열 아픔 감기
🤕 bandage_face hurt injured|다침 붕대
🤢 nauseated sick|메스꺼움 토할것같음
🤮 vomiting sick|토함 구토
🤧 sneezing cold|재채기 감기
🥵 hot heat|더위 더움
🥶 cold freezing|추위 추움
😵 dizzy_face dead|어지러움 기절
🤯 mind_blown exploding wow|충격 멘붕 폭발
🤠 cowboy|카우보이
🥳 partying party birthday|파티 축하 생일
😎 sunglasses cool|선글라스 멋짐 쿨
🤓 nerd geek|범생이 공부 안경
🧐 monocle inspect|돋보기 관찰
😕 confused|갸우뚱 혼란
🫤 diagonal_mouth unsure|애매 글쎄
😟 worried|걱정
🙁 slight_frown sad|슬픔 시무룩
😮 open_mouth wow surprised|놀람 우와
😯 hushed surprised|놀람 어머
😲 astonished shocked|깜짝 놀람
😳 flushed embarrassed|당황 부끄러움 얼굴빨개짐
🥺 pleading please puppy|애원 제발 부탁
🥹 holding_tears touched|울컥 감동
😦 frowning|실망 찡그림
😨 fearful scared|무서움 공포
😰 anxious sweat|불안 식은땀
😥 sad_relieved|아쉬움 휴
😢 cry sad tear|눈물 슬픔 울음
😭 sob crying tears|엉엉 울음 통곡 ㅠㅠ
😱 scream fear shock|비명 공포 으악
😖 confounded|괴로움
😣 persevere struggle|견딤 끙끙
😞 disappointed sad|실망 슬픔
😓 downcast_sweat hard_work|진땀 힘듦
😩 weary tired|지침 피곤
😫 tired_face exhausted|지침 힘듦
🥱 yawning bored|하품 지루함
😤 triumph huff steam|흥 씩씩
😡 rage angry mad|화남 분노
😠 angry mad|화남 짜증
🤬 cursing swear|욕 분노
😈 smiling_imp devil|악마 장난
👿 imp devil angry|악마 화남
💀 skull dead|해골 죽음
💩 poop shit|똥 응가
🤡 clown|광대 피에로
👻 ghost boo halloween|유령 귀신
👽 alien ufo|외계인
🤖 robot bot|로봇 봇
😺 smiley_cat|고양이 웃음
😸 grinning_cat|고양이 활짝
😹 joy_cat lol|고양이 눈물
😻 heart_eyes_cat love|고양이 하트
😿 crying_cat sad|고양이 슬픔
🙈 see_no_evil monkey|원숭이 안보기
🙉 hear_no_evil monkey|원숭이 안듣기
🙊 speak_no_evil monkey secret|원숭이 비밀
# people
👋 wave hello bye hi|안녕 손흔들기 인사
🤚 raised_back_of_hand|손등
✋ raised_hand stop high_five|손들기 멈춤
🖖 vulcan spock|스팍 손인사
👌 ok_hand perfect|오케이 좋아
🤌 pinched_fingers italian|이탈리아 손짓
🤏 pinching small|조금 작은
✌️ v victory peace|브이 승리 평화
🤞 crossed_fingers luck|행운 제발
🫰 finger_heart love|손가락하트 손하트
🤟 love_you hand|사랑해 손
🤘 metal rock|록 메탈
🤙 call_me shaka|전화해
👈 point_left|왼쪽 가리키기
👉 point_right|오른쪽 가리키기
👆 point_up_2|위 가리키기
👇 point_down|아래 가리키기
☝️ point_up one|위 하나
👍 +1 thumbsup yes like good|좋아요 엄지 따봉 최고
👎 -1 thumbsdown no dislike bad|싫어요 별로
✊ fist|주먹
👊 punch fist_bump|주먹 펀치
🤛 left_fist bump|주먹인사 왼쪽
🤜 right_fist bump|주먹인사 오른쪽
👏 clap applause bravo|박수 짝짝
🙌 raised_hands hooray praise|만세 야호
🫶 heart_hands love|손하트 사랑
👐 open_hands|두손 벌린손
🤲 palms_up|두손 모으기
🤝 handshake deal agree|악수 합의
🙏 pray please thanks|기도 부탁 감사 제발
✍️ writing write|쓰기 글씨
💅 nail_polish|매니큐어 손톱
🤳 selfie|셀카
💪 muscle strong flex|힘 근육 화이팅 파이팅
🧠 brain smart|뇌 똑똑
👀 eyes look see|눈 보는중
👁️ eye|눈
👄 lips mouth|입술 입
👶 baby|아기
🧒 child|어린이 아이
🧑 person adult|사람
👩 woman|여자
👨 man|남자
🧓 older_person|어르신
🙅 no_good no|안돼 금지 엑스
🙆 ok_person yes|오케이 돼 동그라미
🙋 raising_hand question me|저요 손들기 질문
🙇 bow sorry thanks|절 인사 사과 죄송
🤦 facepalm|이마짚기 아이고
🤷 shrug dunno|으쓱 몰라 글쎄
🧑‍💻 technologist developer coder|개발자 코딩
🧑‍🎓 student graduate|학생 졸업
🧑‍🏫 teacher|선생님
🧑‍🍳 cook chef|요리사
🧑‍🚀 astronaut|우주인
👮 police officer|경찰
🕵️ detective spy|탐정
🥷 ninja|닌자
👷 construction_worker builder|공사 노동자
🤴 prince|왕자
👸 princess|공주
🦸 superhero|슈퍼히어로 영웅
🧙 mage wizard|마법사
🧚 fairy|요정
🧛 vampire|뱀파이어
🧟 zombie|좀비
🚶 walking walk|걷기 산책
🏃 running run hurry|달리기 뛰기
💃 dancer dance|춤 댄스
🕺 man_dancing dance|춤 댄스
🧘 meditation yoga|명상 요가
👫 couple|커플
👪 family|가족
🗣️ speaking_head talk|말하기
👤 silhouette user|사람 사용자
👥 silhouettes group users|사람들 그룹
🫂 people_hugging hug comfort|포옹 위로
👣 footprints|발자국
# hearts
❤️ heart love red|하트 사랑 빨강
🧡 orange_heart|하트 주황
💛 yellow_heart|하트 노랑
💚 green_heart|하트 초록
💙 blue_heart|하트 파랑
💜 purple_heart|하트 보라
🤎 brown_heart|하트 갈색
🖤 black_heart|하트 검정
🤍 white_heart|하트 하양
💔 broken_heart|하트 상처 이별
❣️ heart_exclamation|하트 느낌표
💕 two_hearts love|하트 두개 사랑
💖 sparkling_heart|하트 반짝
💘 cupid heart_arrow|하트 화살
💝 gift_heart|하트 선물
💌 love_letter|연애편지 러브레터
💋 kiss_mark|키스 입술
💯 100 hundred perfect|백점 만점
💢 anger_symbol|화남 빠직
💥 boom collision bang|쾅 폭발
💫 dizzy star|어지러움 별
💦 sweat_drops water|땀 물방울
💨 dash wind fast|바람 빨리
💬 speech_balloon chat comment|말풍선 대화
💭 thought_balloon|생각 말풍선
💤 zzz sleep|졸림 잠
# nature
🐶 dog puppy|강아지 개 멍멍
🐱 cat|고양이 야옹
🐭 mouse|쥐 생쥐
🐹 hamster|햄스터
🐰 rabbit bunny|토끼
🦊 fox|여우
🐻 bear|곰
🐼 panda|판다
🐻‍❄️ polar_bear|북극곰
🐨 koala|코알라
🐯 tiger|호랑이
🦁 lion|사자
🐮 cow|소
🐷 pig|돼지
🐸 frog|개구리
🐵 monkey_face|원숭이
🐔 chicken|닭
🐧 penguin|펭귄
🐦 bird|새
🐤 chick|병아리
🦆 duck|오리
🦅 eagle|독수리
🦉 owl|부엉이
🐺 wolf|늑대
🐴 horse|말
🦄 unicorn|유니콘
🐝 bee|벌 꿀벌
🐛 bug caterpillar|벌레 버그
🦋 butterfly|나비
🐌 snail slow|달팽이 느림
🐞 ladybug beetle|무당벌레
🐜 ant|개미
🕷️ spider|거미
🐢 turtle slow|거북이
🐍 snake python|뱀 파이썬
🐙 octopus|문어
🦀 crab rust|게 꽃게
🐠 tropical_fish|물고기 열대어
🐟 fish|물고기 생선
🐬 dolphin|돌고래
🐳 whale docker|고래
🦈 shark|상어
🐘 elephant|코끼리
🦒 giraffe|기린
🐑 sheep|양
🦥 sloth lazy|나무늘보
🦔 hedgehog|고슴도치
🐾 paw_prints|발자국 발바닥
🐉 dragon|용
🦖 t_rex dinosaur|공룡
💐 bouquet flowers|꽃다발
🌸 cherry_blossom flower spring|벚꽃 꽃 봄
🌹 rose flower|장미 꽃
🌻 sunflower|해바라기
🌷 tulip|튤립
🌱 seedling sprout plant|새싹 식물
🌲 evergreen tree|나무 소나무
🌳 deciduous_tree tree|나무
🌴 palm_tree|야자수 휴가
🌵 cactus|선인장
🍀 four_leaf_clover luck|네잎클로버 행운
🍁 maple_leaf autumn|단풍 가을
🍂 fallen_leaf autumn|낙엽 가을
🍄 mushroom|버섯
🌍 earth_africa world globe|지구 세계
🌏 earth_asia world globe|지구 아시아
🌙 crescent_moon night|달 밤
🌕 full_moon|보름달
☀️ sunny sun|해 맑음 태양
⛅ partly_sunny cloud|구름 흐림
☁️ cloud|구름
🌧️ rain cloud_rain|비
⛈️ thunderstorm storm|폭풍 천둥
🌨️ snow_cloud|눈
❄️ snowflake cold winter|눈송이 겨울
⛄ snowman winter|눈사람 겨울
🌈 rainbow|무지개
☔ umbrella_rain|우산 비
⚡ zap lightning fast|번개 빠름
🌊 ocean_wave sea|파도 바다
⭐ star favorite|별
🌟 glowing_star|별 반짝
✨ sparkles new shiny|반짝 새로움
🔥 fire hot lit|불 최고 핫
💧 droplet water|물방울 물
# food
🍎 apple|사과
🍊 orange tangerine|귤 오렌지
🍋 lemon|레몬
🍌 banana|바나나
🍉 watermelon|수박
🍇 grapes|포도
🍓 strawberry|딸기
🍑 peach|복숭아
🍒 cherries|체리
🍍 pineapple|파인애플
🥑 avocado|아보카도
🍅 tomato|토마토
🥕 carrot|당근
🌽 corn|옥수수
🌶️ hot_pepper spicy|고추 매움
🥔 potato|감자
🍞 bread|빵
🥐 croissant|크루아상
🧀 cheese|치즈
🥚 egg|달걀 계란
🥓 bacon|베이컨
🍔 hamburger burger|햄버거
🍟 fries|감자튀김
🍕 pizza|피자
🌭 hotdog|핫도그
🥪 sandwich|샌드위치
🌮 taco|타코
🥗 salad|샐러드
🍝 spaghetti pasta|스파게티 파스타
🍜 ramen noodles|라면 국수
🍚 rice|밥
🍛 curry|카레
🍣 sushi|초밥
🍱 bento lunch|도시락 점심
🍙 rice_ball|주먹밥 삼각김밥
🥟 dumpling|만두
🍗 chicken_leg|치킨 닭다리
🥩 steak meat|고기 스테이크
🍦 icecream|아이스크림
🍩 doughnut donut|도넛
🍪 cookie|쿠키 과자
🎂 birthday cake|생일 케이크
🍰 shortcake cake|케이크
🍫 chocolate|초콜릿
🍬 candy|사탕
🍿 popcorn movie|팝콘 영화
☕ coffee hot|커피
🍵 tea green_tea|차 녹차
🧋 bubble_tea|버블티
🥛 milk|우유
🍺 beer|맥주
🍻 beers cheers|건배 맥주
🥂 champagne_glass cheers|건배 샴페인
🍷 wine|와인
🍶 sake soju|소주 술
🍸 cocktail|칵테일
🍾 champagne celebrate|샴페인 축하
🍽️ plate meal dinner|식사 밥
🥢 chopsticks|젓가락
🧂 salt|소금
# activities
🎉 tada party hooray congrats|축하 파티 짝짝
🎊 confetti party|축하 색종이
🎈 balloon|풍선
🎁 gift present|선물
🎄 christmas_tree|크리스마스
🎃 jack_o_lantern halloween|호박 핼러윈
🎆 fireworks|불꽃놀이
🏆 trophy winner|트로피 우승
🥇 first_place gold|금메달 일등
🥈 second_place silver|은메달 이등
🥉 third_place bronze|동메달 삼등
🏅 medal|메달
⚽ soccer football|축구
🏀 basketball|농구
⚾ baseball|야구
🎾 tennis|테니스
🏐 volleyball|배구
🏓 ping_pong|탁구
🏸 badminton|배드민턴
⛳ golf|골프
🎿 ski|스키
🏊 swimmer swim|수영
🚴 cyclist bike|자전거
🧗 climbing|등반 클라이밍
🎮 video_game gaming|게임
🎲 die game|주사위 게임
♟️ chess_pawn|체스
🧩 puzzle jigsaw|퍼즐
🎯 dart target bullseye|과녁 목표 명중
🎨 art palette|미술 그림
🎬 clapper movie|영화 촬영
🎤 microphone karaoke|마이크 노래방
🎧 headphones music|헤드폰 음악
🎵 musical_note music|음표 음악
🎶 notes music|음악 노래
🎸 guitar|기타
🎹 piano|피아노
🥁 drum|드럼
🎟️ ticket|티켓 표
# travel
🚗 car|자동차 차
🚕 taxi|택시
🚌 bus|버스
🚑 ambulance|구급차
🚒 fire_engine|소방차
🚚 truck delivery|트럭 배송
🚲 bicycle bike|자전거
🛴 scooter|킥보드
🏍️ motorcycle|오토바이
🚆 train|기차
🚇 metro subway|지하철
✈️ airplane flight|비행기 여행
🚀 rocket launch ship_it|로켓 출시 발사
🛸 flying_saucer ufo|비행접시
🚁 helicopter|헬리콥터
⛵ sailboat|돛단배 요트
🚢 ship|배
⚓ anchor|닻
🚧 construction wip|공사중 작업중
🚦 traffic_light|신호등
🗺️ map|지도
🏠 house home|집
🏢 office building|회사 건물
🏫 school|학교
🏥 hospital|병원
🏖️ beach holiday|해변 휴가
🏕️ camping|캠핑
⛰️ mountain|산
🌋 volcano|화산
🌃 night city|밤 도시
🌅 sunrise morning|해돋이 아침
🌆 sunset evening|저녁 노을
🗽 statue_of_liberty|자유의여신상
🗼 tower|타워
🧳 luggage travel|여행 가방
# objects
⌚ watch time|시계
📱 phone mobile|휴대폰 전화
💻 laptop computer|노트북 컴퓨터
⌨️ keyboard|키보드
🖥️ desktop computer|컴퓨터
🖨️ printer|프린터
🖱️ computer_mouse|마우스
💾 floppy save|저장 디스켓
💿 cd disc|시디
📷 camera photo|카메라 사진
🎥 movie_camera video|비디오 영상
📺 tv|텔레비전
📞 telephone call|전화
🔋 battery|배터리
🔌 plug power|전원 플러그
💡 bulb idea|전구 아이디어
🔦 flashlight|손전등
🕯️ candle|촛불
💰 money_bag|돈
💵 dollar money|달러 돈
💳 credit_card|카드
💎 gem diamond|보석 다이아
⚖️ scales balance|저울
🔧 wrench fix tool|렌치 수리
🔨 hammer tool|망치
🛠️ tools fix|도구 수리
⚙️ gear settings|톱니바퀴 설정
🔩 nut_and_bolt|나사
🧰 toolbox|공구함
🧪 test_tube test experiment|시험관 테스트 실험
🔬 microscope|현미경
🔭 telescope|망원경
💉 syringe vaccine|주사 백신
💊 pill medicine|약
🧬 dna|유전자
🚪 door|문
🛏️ bed sleep|침대
🚿 shower|샤워
🧹 broom clean|빗자루 청소
🧻 toilet_paper|휴지
🧯 fire_extinguisher|소화기
🛒 shopping_cart|장바구니 쇼핑
📦 package box|상자 택배 패키지
✉️ envelope mail|편지 메일
📧 email|이메일
📮 postbox|우체통
📝 memo note|메모 기록
📄 document page|문서
📁 folder|폴더
📅 calendar date|달력 일정
📈 chart_up growth|상승 그래프
📉 chart_down|하락 그래프
📊 bar_chart|차트 통계
📌 pushpin pin|압정 고정
📎 paperclip attach|클립 첨부
✂️ scissors cut|가위 자르기
🔒 lock secure|자물쇠 잠금
🔓 unlock open|잠금해제
🔑 key|열쇠
🔍 mag search|돋보기 검색
🔗 link|링크
📖 book read|책 독서
📚 books|책
📰 newspaper news|신문 뉴스
🔖 bookmark|책갈피
🏷️ label tag|라벨 태그
⏰ alarm_clock|알람 시계
⏱️ stopwatch|스톱워치
⏳ hourglass wait|모래시계 기다림
🔔 bell notification|알림 종
🔕 no_bell mute|알림끔
📣 megaphone announce|확성기 공지
🔊 loud_sound volume|소리 볼륨
🔇 mute silent|음소거
👓 glasses|안경
👕 tshirt|티셔츠
👟 sneaker shoe|운동화
👑 crown king|왕관
🎓 graduation_cap|졸업
💄 lipstick|립스틱
💍 ring wedding|반지
☂️ umbrella|우산
🪴 potted_plant|화분
🧸 teddy_bear|곰인형
🛡️ shield|방패
⚔️ swords|칼 전투
💣 bomb|폭탄
🪄 magic_wand|마술봉 마법
# symbols
✅ white_check_mark done yes|완료 체크 확인
☑️ ballot_check done|체크 확인
✔️ heavy_check_mark|체크
❌ x no wrong|엑스 아니오 틀림
⭕ o correct|동그라미 맞음
❓ question|물음표 질문
❔ grey_question|물음표
❗ exclamation|느낌표
‼️ bangbang|느낌표 두개
⁉️ interrobang|물음느낌표
⚠️ warning|경고 주의
🚫 no_entry_sign forbidden|금지
⛔ no_entry|출입금지
🛑 stop_sign stop|멈춤 정지
🚨 rotating_light alert|비상 경보
♻️ recycle|재활용
➕ plus add|더하기
➖ minus|빼기
✖️ multiply|곱하기
➗ divide|나누기
♾️ infinity|무한
🔴 red_circle|빨강 동그라미
🟠 orange_circle|주황 동그라미
🟡 yellow_circle|노랑 동그라미
🟢 green_circle|초록 동그라미
🔵 blue_circle|파랑 동그라미
🟣 purple_circle|보라 동그라미
⚫ black_circle|검정 동그라미
⚪ white_circle|하양 동그라미
➡️ arrow_right|오른쪽 화살표
⬅️ arrow_left|왼쪽 화살표
⬆️ arrow_up|위 화살표
⬇️ arrow_down|아래 화살표
🔄 arrows_counterclockwise refresh sync|새로고침 동기화
🔁 repeat loop|반복
▶️ play|재생
⏸️ pause|일시정지
⏹️ stop_button|정지
⏩ fast_forward|빨리감기
0️⃣ zero|영
1️⃣ one|일
2️⃣ two|이
3️⃣ three|삼
🆕 new|새로운
🆗 ok|오케이
🆒 cool|쿨
🆘 sos help|구조 도움
🔝 top|맨위
🔜 soon|곧
🏁 checkered_flag finish|완주 깃발
🚩 red_flag|빨간깃발 위험
🏳️‍🌈 rainbow_flag pride|무지개깃발
🇰🇷 kr korea flag|한국 태극기
🇺🇸 us usa flag|미국 국기
🇯🇵 jp japan flag|일본 국기
🇨🇳 cn china flag|중국 국기
🇬🇧 gb uk flag|영국 국기
🇩🇪 de germany flag|독일 국기
🇫🇷 fr france flag|프랑스 국기
🇪🇺 eu europe flag|유럽연합
`;
