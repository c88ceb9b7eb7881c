// Package raster draws a picture of package plot as pixels.
//
//	err := raster.PNG(file, picture, plot.Light, 2)
//
// Text is in the Go fonts, which are in the program: the result does not depend on the machine. They have Latin, Greek
// and Cyrillic letters; any other one is an empty box.
package raster
