"""Pictograms of activities: poses in short path strings, a small drawer, one SVG sprite.

`python -m everyhour.features.now.pictograms` writes static/now/pictograms.svg with one <symbol>
per activity, and with `--sheet FOLDER` also a page that shows every picture at two sizes, by day
and by night. A template shows one beside its words, never instead of them:

    <svg class="pictogram" aria-hidden="true"><use href="…/now/pictograms.svg#wall-push"/></svg>

**One picture, one act, one light.** What holds for each of them:

- Bodies: a big one in the quieter tone and a small one in full ink; no face, hair, clothes or
  gender. Lengths (drawing.BODIES) never change: state a hip, a lean, and where hands and feet go;
  elbows and knees follow. `nod` turns the head toward the other one.
- Frame: 96 by 96, whole numbers, floor at y = 86. `far` for standing; `near` for the floor, where
  the eye comes closer (keep x within 13 to 84); `bust` when the act is at mouth, chest or back.
- Things: lines or solids in the edge colour, at most two. `wash` is light that falls.
- Light: the only amber marks where to put hands, feet or eyes, the thing acted on, or a path. One
  kind in a picture, under a tenth of the square, always with a rim. It never carries meaning by
  colour alone.
- Care: draw what the text says. No touch where `touch: none`. Never a big body over a lying small
  one or behind a kneeling one, never held wrists, legs or ankles, never a blocked door. When in
  doubt, no picture. If the act is speech, a choice or waiting, no picture either.

To add one: copy the nearest pose, name it after the activity's file, move the small body first,
then hands, then light. Cover the label and look at 48 px: if you would not guess it, leave it out.
"""
