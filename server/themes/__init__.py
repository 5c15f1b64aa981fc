"""
Themes: folders of data that say how a wall looks.

`colour` reads and measures colours, `properties` says what a theme sets and which pairs must be told apart, `manifest`
and `shelf` read the folders, `palette` lets what an organiser left open follow from what they chose, `contrast` judges,
`css` writes, `tokens` reads a house style in design tokens. Only `shelf` touches the disk.
"""
