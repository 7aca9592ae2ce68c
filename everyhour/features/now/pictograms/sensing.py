"""Mouth, breath, back, hands, heart."""

from everyhour.features.now.pictograms.drawing import (
    arm,
    bar,
    bust,
    dot,
    far,
    forearm,
    glow,
    hand,
    line,
    lit,
    thing,
)

DRAWINGS = {
    "draw-on-my-back-guess": far(
        bust("small", 40, 26, base=90, half=26),
        glow("M36 62a5 5 0 0 1 10 0a9 9 0 0 1-18 0a14 14 0 0 1 28 0q0 4-2 7"),
        arm("big", "M94 86L74 82L55 70"),
    ),
    "weather-on-my-back": far(
        bust("small", 40, 26, base=90, half=26),
        lit("M31 62a6 6 0 0 1 2-12a9 9 0 0 1 16 2a5 5 0 0 1 1 10z"),
        glow("M33 70v7M41 70v7M49 70v7"),
        arm("big", "M94 86L76 80L60 66"),
    ),
    "pizza-on-the-back": far(
        bust("small", 40, 26, base=90, half=26),
        lit("M27 54q13-8 26 0L40 82z"),
        line("M36 57h0M44 60h0M40 68h0"),
        arm("big", "M94 86L76 80L60 66"),
    ),
    "caring-for-hurts": far(
        forearm("small", "M-6 66L66 38"),
        hand("small", 72, 36),
        arm("small", "M70 28l2-12"),
        lit(bar(26, 53, 46, 46, 14)),
        line("M34 50h0M39 49h0"),
        forearm("big", "M102 92L76 84L54 64"),
    ),
    "flower-and-candle-breath": far(
        bust("big", 22, 38),
        bust("small", 79, 48),
        line("M64 46h-5M65 52h-7"),
        arm("big", "M30 78L46 78V56"),
        lit(
            dot(46, 29, 4.5)
            + dot(53, 34, 4.5)
            + dot(50, 42, 4.5)
            + dot(42, 42, 4.5)
            + dot(39, 34, 4.5)
        ),
        thing(dot(46, 36, 2.5)),
    ),
    "bubble-gum-break": far(
        bust("big", 28, 34, lean=3), bust("small", 60, 46), lit(dot(80, 49, 10))
    ),
    "thick-smoothie-through-a-straw": far(
        bust("big", 26, 32, lean=3),
        bust("small", 56, 44),
        line("M67 49h6l4 16"),
        lit("M68 64h20l-3 23h-14z"),
    ),
    "cold-or-warm-sip": far(
        bust("small", 48, 40, base=84),
        line("M8 87h80M10 52h18l-2 31h-14zM16 62h6v7h-6z"),
        lit("M66 62h17v14q0 7-7 7h-3q-7 0-7-7z"),
        line("M85 66q6 0 6 4t-7 6M71 53q-3-4 0-8t0-8M78 53q-3-4 0-8t0-8"),
    ),
    "snack-no-questions": far(
        bust("big", 24, 40),
        bust("small", 60, 52),
        lit("M90 44q5 16-6 26q-6 5-13 4q-2-3 1-5q14-6 13-24z"),
        line("M43 14q0-8 8-8t8 8q0 5-8 8v4M51 33h0M38 33L64 5"),
    ),
    "own-heart-beat": far(
        bust("big", 32, 30, half=19),
        bust("small", 72, 46, half=15),
        lit("M32 72q-9-6-9-12q0-5 4.5-5q3.5 0 4.5 3q1-3 4.5-3q4.5 0 4.5 5q0 6-9 12z"),
        lit("M72 80q-7-5-7-9.5q0-4 3.5-4q2.5 0 3.5 2.5q1-2.5 3.5-2.5q3.5 0 3.5 4q0 4.5-7 9.5z"),
    ),
    "hand-lotion-and-noticing": far(
        forearm("big", "M-6 94L24 76q12-6 36-4q8 0 12-5"),
        forearm("small", "M102 44L74 60q-8 3-26 5M66 62l-9 9"),
        lit("M22 26q0-4 4-4h14q4 0 4 4v22h-22z"),
        line("M33 20v-8h14v5"),
    ),
    "photo-of-what-s-next": far(
        bust("big", 24, 32, lean=3),
        bust("small", 66, 48, lean=-2),
        arm("big", "M34 80L45 76"),
        lit("M42 52h24v22h-24z"),
        line("M46 70l6-9l5 6l3-3l3 6"),
    ),
    "headphones-and-a-lookout": far(
        bust("big", 26, 30),
        bust("small", 66, 48, half=15),
        glow("M53 48a13 13 0 0 1 26 0"),
        lit(bar(53, 47, 53, 53, 7)),
        lit(bar(79, 47, 79, 53, 7)),
    ),
    "cold-tap-on-the-wrists": far(
        thing("M20 10h26q12 0 12 12v6H48v-6q0-2-2-2H20zM30 4h10v6H30z"),
        forearm("small", "M-6 60L50 60"),
        hand("small", 64, 60),
        arm("small", "M64 52l12-4"),
        glow("M49 36v16M57 36v12"),
        line("M16 80h64q-3 10-14 10H30q-11 0-14-10z"),
    ),
    "taste-it-and-fix-it": far(
        bust("big", 22, 26, base=56),
        bust("small", 80, 50, half=12),
        line("M8 64v18q0 6 6 6h22q6 0 6-6V64M2 64h46M42 52q-3-4 0-8t0-8"),
        glow("M46 58L60 54"),
        lit(dot(63, 53, 5)),
    ),
}
