/* The loop: waits for keys, events and signals, takes them, and paints. */
#ifndef LACUNA_UI_EDITOR_LOOP_H
#define LACUNA_UI_EDITOR_LOOP_H

struct ui;

struct loop {
    double painted_at;
    double watch_at; /* when the files on disk are checked again */
    unsigned sync;   /* the number of an unanswered request for a sign; 0: none */
};

/* Until the editor is left. The screen is open. */
void loop_run(struct ui *ui);
void loop_paint(struct ui *ui);
void loop_layout(struct ui *ui); /* the size of the screen, or settings of the layout, changed */

#endif
