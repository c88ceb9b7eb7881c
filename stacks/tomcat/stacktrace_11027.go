package tomcat

// Where the exceptions of Tomcat 11.0.27 come from, as its reports say.
const (
	inLine11027     = " Http11Processor.service:279"
	inHead11027     = " Http11InputBuffer.parseHeaders:584 Http11Processor.service:302"
	fill11027       = "Http11InputBuffer.fill:768 "
	fillHead11027   = "Http11InputBuffer.fill:768 Http11InputBuffer.fillHeaderBuffer:740 "
	outer11027      = "AbstractProcessorLight.process:71 AbstractProtocol$ConnectionHandler.process:1308 NioEndpoint$SocketProcessor.doRun:2202 SocketProcessorBase.run:74 ThreadPoolExecutor.runWorker:947 ThreadPoolExecutor$Worker.run:481 TaskThread$WrappingRunnable.run:74 Thread.run:840"
	call11027       = "App.doGet:34 HttpServlet.service:622 HttpServlet.service:710"
	parameters11027 = " Parameters.processParameters:468 Parameters.handleQueryParameters:229 Request.doParseParameters:3055 " +
		"Request.parseParameters:2998 Request.getParameter:1174 RequestFacade.getParameter:149"
	decoder11027  = "CoderResult.throwException:274 CharsetDecoder.decode:820 ByteChunk.toStringInternal:657 StringCache.toString:285 ByteChunk.toString:629 "
	headCall11027 = "App.doGet:34 HttpServlet.doHead:214 HttpServlet.service:646 HttpServlet.service:710"
)

var frames11027 = map[site]string{
	inMethod:           "Http11InputBuffer.parseRequestLine:398" + inLine11027,
	inTargetCR:         "Http11InputBuffer.parseRequestLine:446" + inLine11027,
	inQuery:            "Http11InputBuffer.parseRequestLine:473" + inLine11027,
	inTarget:           "Http11InputBuffer.parseRequestLine:481" + inLine11027,
	inProtocol:         "Http11InputBuffer.parseRequestLine:549" + inLine11027,
	inPhase:            "Http11InputBuffer.parseRequestLine:567" + inLine11027,
	fillBeforeLine:     fill11027 + "Http11InputBuffer.parseRequestLine:341" + inLine11027,
	fillMethod:         fill11027 + "Http11InputBuffer.parseRequestLine:383" + inLine11027,
	fillAfterMethod:    fill11027 + "Http11InputBuffer.parseRequestLine:409" + inLine11027,
	fillTarget:         fill11027 + "Http11InputBuffer.parseRequestLine:433" + inLine11027,
	fillAfterTarget:    fill11027 + "Http11InputBuffer.parseRequestLine:505" + inLine11027,
	fillProtocol:       fill11027 + "Http11InputBuffer.parseRequestLine:529" + inLine11027,
	fillFieldStart:     fillHead11027 + "HttpHeaderParser.parseHeader:89" + inHead11027,
	fillName:           fillHead11027 + "HttpHeaderParser.parseHeader:132" + inHead11027,
	fillBeforeValue:    fillHead11027 + "HttpHeaderParser.parseHeader:182" + inHead11027,
	fillValue:          fillHead11027 + "HttpHeaderParser.parseHeader:207" + inHead11027,
	fillAfterValue:     fillHead11027 + "HttpHeaderParser.parseHeader:247" + inHead11027,
	fillSkippedName:    fillHead11027 + "HttpHeaderParser.skipLine:285 HttpHeaderParser.parseHeader:160" + inHead11027,
	fillSkippedCR:      fillHead11027 + "HttpHeaderParser.skipLine:285 HttpHeaderParser.parseHeader:224" + inHead11027,
	fillSkippedControl: fillHead11027 + "HttpHeaderParser.skipLine:285 HttpHeaderParser.parseHeader:227" + inHead11027,
	fillSkippedEmpty:   fillHead11027 + "HttpHeaderParser.skipLine:285 HttpHeaderParser.parseHeader:143" + inHead11027,
	fillSkippedLater:   fillHead11027 + "HttpHeaderParser.skipLine:285 HttpHeaderParser.parseHeader:166" + inHead11027,
	wholeHead:          "Http11InputBuffer.parseHeaders:587 Http11Processor.service:302",
	skippedName:        "HttpHeaderParser.skipLine:305 HttpHeaderParser.parseHeader:160" + inHead11027,
	skippedCR:          "HttpHeaderParser.skipLine:305 HttpHeaderParser.parseHeader:224" + inHead11027,
	skippedControl:     "HttpHeaderParser.skipLine:305 HttpHeaderParser.parseHeader:227" + inHead11027,
	skippedEmpty:       "HttpHeaderParser.skipLine:305 HttpHeaderParser.parseHeader:143" + inHead11027,
	skippedLater:       "HttpHeaderParser.skipLine:305 HttpHeaderParser.parseHeader:166" + inHead11027,
	tooManyFields:      "MimeHeaders.createHeader:282 MimeHeaders.addValue:327 HttpHeaderParser.parseHeader:146" + inHead11027,
	badChunkOfQuery:    "Parameters.processParameters:378" + parameters11027,
	badParameter:       "Parameters.processParameters:433" + parameters11027,
	tooManyParameters:  "Parameters.addParameter:249 Parameters.processParameters:425" + parameters11027,
	malformedName:      decoder11027 + "Parameters.processParameters:413" + parameters11027,
	malformedValue:     decoder11027 + "Parameters.processParameters:420" + parameters11027,
	hostFirst:          "Host.parse:77" + inHost11027,
	hostName:           "Host.parse:70" + inHost11027,
	hostNumber:         "Host.parse:72" + inHost11027,
	hostIPv6:           "Host.parse:74" + inHost11027,
}

const inHost11027 = " Host.parse:46 AbstractProcessor.parseHost:347 Http11Processor.prepareRequest:795 Http11Processor.service:388"

// hostLines11027 are the lines of HttpParser where reading a host fails.
var hostLines11027 = map[hostLine]string{
	nameEnd:     "HttpParser$DomainParseState.next:1184",
	namePeriod:  "HttpParser$DomainParseState.next:1194",
	nameColon:   "HttpParser$DomainParseState.next:1200",
	nameHyphen:  "HttpParser$DomainParseState.next:1206",
	nameOther:   "HttpParser$DomainParseState.next:1210",
	nameLoop:    "HttpParser.readHostDomainName:1096",
	namePort:    "HttpParser.readHostDomainName:1102",
	port:        "HttpParser.validatePort:1117",
	portDigit:   "NumberFormatException.forInputString:67 Integer.parseInt:672 Integer.parseInt:786 HttpParser.readInteger:650 HttpParser.validatePort:1111",
	portNumber:  "NumberFormatException.forInputString:67 Integer.parseInt:668 Integer.parseInt:786 HttpParser.readInteger:650 HttpParser.validatePort:1111",
	octet:       "HttpParser.readHostIPv4:933",
	leadingZero: "HttpParser.readHostIPv4:946",
	zeroName:    "HttpParser.readHostIPv4:950",
	noBracket:   "HttpParser.readHostIPv4:922",
	bracket:     "HttpParser.readHostIPv4:966",
	letterName:  "HttpParser.readHostIPv4:971",
	otherIPv4:   "HttpParser.readHostIPv4:974",
	numberName:  "HttpParser.readHostIPv4:984",
	portIPv4:    "HttpParser.readHostIPv4:990",
	singleStart: "HttpParser.readHostIPv6:1015",
	hextet:      "HttpParser.readHostIPv6:1025",
	manyColons:  "HttpParser.readHostIPv6:1030",
	twoDoubles:  "HttpParser.readHostIPv6:1036",
	singleEnd:   "HttpParser.readHostIPv6:1050",
	embedded:    "HttpParser.readHostIPv6:1058",
	misplaced:   "HttpParser.readHostIPv6:1062",
	otherIPv6:   "HttpParser.readHostIPv6:1066",
	manyHextets: "HttpParser.readHostIPv6:1072",
	fewHextets:  "HttpParser.readHostIPv6:1074",
	portIPv6:    "HttpParser.readHostIPv6:1079",
	afterIPv6:   "HttpParser.readHostIPv6:1084",
}
